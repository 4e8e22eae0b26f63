const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Steps with a body that change nothing of where it runs. Sources: https://www.jenkins.io/doc/pipeline/steps/ and the plugins' own pages. */
export const transparent: ReadonlySet<string> = words(`
  script steps stage timeout retry timestamps ansiColor wrap catchError warnError lock milestone waitUntil throttle sshagent configFileProvider
  withAWS withKubeConfig withKubeCredentials withMaven withGradle nodejs withSonarQubeEnv withVault gitlabCommitStatus gitlabBuilds updateGitlabCommitStatus
  withChecks publishChecks realtimeJUnit junitTestSuite tee withContext withFileParameter xvfb withAnt withNPM withPythonEnv withPyenv rvm
  buildWithTool exwsAllocate cache jobcacher logParser maskPasswords withSecretEnv azureKeyVault withAzureKeyvault withAzureCLI openshift
  withGCP withCredentialsBinding githubNotify wrappedNode sauce browserstack always success failure unstable changed fixed aborted cleanup regression unsuccessful`);

/** Steps that run no command where they stand. */
export const silent: ReadonlySet<string> = words(`
  echo println print error input sleep checkout git svn scm stash unstash junit archiveArtifacts archive publishHTML cleanWs deleteDir fileExists readFile writeFile readJSON writeJSON
  readYaml writeYaml readProperties readMavenPom readCSV findFiles touch isUnix pwd properties build milestone mail emailext emailextrecipients slackSend notifyBitbucket hipchatSend
  office365ConnectorSend discordSend currentBuild fingerprint recordIssues recordCoverage jacoco cobertura step unstable library libraryResource load readTrusted tool credentials string choice
  booleanParam text password parameters pipelineTriggers cron pollSCM buildDiscarder logRotator disableConcurrentBuilds durabilityHint getContext usernamePassword usernameColonPassword file
  sshUserPrivateKey certificate dockerCert containerTemplate containerTemplates hostPathVolume emptyDirVolume secretVolume configMapVolume persistentVolumeClaim nfsVolume dynamicPVC envVar secretEnvVar
  portMapping hostPathWorkspaceVolume emptyDirWorkspaceVolume getDatabaseConnection addBadge addShortText waitForQualityGate perfReport allure xunit nunit tap sha1 sha256 unzip zip untar tar
  containerLog podAnnotation merge override httpRequest setGitHubPullRequestStatus githubPRStatusPublisher addGitLabMRComment jiraComment jiraSendBuildInfo lastChanges ws node
  containerEnvVar containerLivenessProbe warnings timestamps ansiColor retry timeout skipDefaultCheckout newContainerPerStage upstream githubPush any none label bat powershell pwsh`);

/** Methods of Groovy's own that run their closure here, once, often or never. */
export const groovyOwn: ReadonlySet<string> = words('each eachWithIndex collect collectEntries find findAll findResult any every times with tap upto downto step inject sort groupBy reverseEach eachFileRecurse eachLine call forEach');

/** Objects on which a step may be called as if it stood alone. */
export const stepsObjects: ReadonlySet<string> = words('steps script this ctx context pipeline jenkins dsl self _steps wfScript');

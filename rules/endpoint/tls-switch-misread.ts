import { type Claim, type Daemon, type Fact, type Link, type Value, both, called, choices, holds, linksTo, rule, sole, sure, variables, when } from '../../src/rule.ts';
import { certdirIsAFolder, imageSetsCertdir, sanNeedsPrefix, tlsFlagDoesNothing, tlsVerifyAnyValue } from '../../src/docker/engine.ts';

const noValueIsHandedOn: Fact = {
  says: 'In compose a variable without a value is taken from the environment in which compose runs; where that has none, it is taken out of the container’s too, the image’s own included',
  source: 'https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/#pass-environment-variables-from-the-shell',
};

export default rule({
  id: 'tls-switch-misread',
  title: 'A TLS setting means something else than it says',
  severity: 'warning',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host',
    'tls-certs-not-shared', 'tls-verify-missing', 'tls-san-mismatch', 'shared-docker-certs', 'tls-port-mismatch',
  ],

  docs: {
    what: 'A setting that looks like “off” leaves TLS on: `DOCKER_TLS_CERTDIR` set to `false`, `0` or a pair of quotes, `DOCKER_TLS_VERIFY` set to `0` or `false`, `--tls=false` beside certificates. Or `DOCKER_TLS_CERTDIR:` has no value at all, which is not the empty one, or a name in `DOCKER_TLS_SAN` lacks its type.',
    why: 'None of these is a switch. DOCKER_TLS_CERTDIR is a folder, and any text that is not empty names one; in the list form of compose, quotes belong to the text. A variable without a value is whatever the shell has that runs compose, so that one machine serves TLS and another does not. DOCKER_TLS_VERIFY is on with any value but the empty one. `--tls=false` yields to `--tlsverify`, which the entrypoint adds. DOCKER_TLS_SAN is handed to openssl as it stands, and a bare name ends the container.',
    instead: 'Switch TLS off with an empty value: `DOCKER_TLS_CERTDIR: ""`, or `- DOCKER_TLS_CERTDIR=` in a list; `--tls=false` then spares the 16 seconds that the daemon waits. Leave DOCKER_TLS_VERIFY out, or set it to `""`. Write `DNS:name` or `IP:address` in DOCKER_TLS_SAN.',
    facts: [certdirIsAFolder, imageSetsCertdir, noValueIsHandedOn, tlsVerifyAnyValue, tlsFlagDoesNothing, sanNeedsPrefix],
  },
  symptoms: [{ text: /X509 V3 routines:v2i_GENERAL_NAME_ex:missing value/, source: 'https://github.com/docker/docs/issues/16253' }],

  examples: [
    {
      title: 'DOCKER_TLS_CERTDIR=false is a folder',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                - DOCKER_TLS_CERTDIR=«false»
        `,
      },
    },
    {
      title: 'Quotes in the list form belong to the value',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                - DOCKER_TLS_CERTDIR=«''»
        `,
      },
    },
    {
      title: 'No value is not an empty one',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                «DOCKER_TLS_CERTDIR»:
        `,
      },
    },
    {
      title: '--tls=false beside certificates',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [«--tls=false»]
        `,
      },
    },
    {
      title: 'DOCKER_TLS_VERIFY=0 is on',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: «0»
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A bare name in DOCKER_TLS_SAN',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_TLS_SAN: «dind»
        `,
      },
    },
    {
      title: 'An empty value switches it off, and the flag spares the wait',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment:
                - DOCKER_TLS_CERTDIR=
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_TLS_VERIFY: "", DOCKER_TLS_CERTDIR: "" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'Another folder is another folder',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: /tls, DOCKER_TLS_SAN: "DNS:ci,IP:10.0.0.9" }
        `,
      },
    },
    {
      title: 'DOCKER_TLS_VERIFY that is meant',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: "1"
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The port says it already',
      verdict: 'good',
      also: ['tls-port-mismatch'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "false" }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2375" }
        `,
      },
    },
    {
      title: '18.09 does not know the variable, a later release does',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:\${DOCKER_RELEASE}-dind
              privileged: true
              environment:
                - DOCKER_TLS_CERTDIR=«no»
        `,
      },
    },
  ],

  *check({ daemons, clients, links }) {
    for (const daemon of daemons) {
      if (daemon.runsIn.kind === 'machine' || daemon.startedBy !== 'image') continue;
      const about = consequence(daemon, links);
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`);
      const on = both(runs, holds(daemon.certificate, (it) => it !== undefined, `${called(daemon)} serves TLS all the same`));
      const { env, command, entrypoint } = daemon.runsIn;
      const folder = env.written('DOCKER_TLS_CERTDIR').at(-1);
      if (folder !== undefined) {
        const nothing = sure(holds(folder.value, (text) => text === null, 'DOCKER_TLS_CERTDIR is written without a value'));
        yield* when(both(runs, nothing), { about, at: folder.at, message: 'DOCKER_TLS_CERTDIR without a value is taken from the shell, it is not the empty one' });
        yield* when(both(meansOff('DOCKER_TLS_CERTDIR', folder.value), on), { about, at: folder.at, message: `${called(daemon)} serves TLS: DOCKER_TLS_CERTDIR names a folder ${named(folder.value)}` });
      }
      for (const word of [...(sole(entrypoint) ?? []), ...(sole(command) ?? [])]) {
        const flag = sure(holds<string>(word, (text) => /^--tls=(?:false|0|f)$/i.test(text), 'its words hold `--tls=false`'));
        yield* when(both(flag, on), { about, at: word.origin.at, message: `${called(daemon)} serves TLS: \`--tls=false\` changes nothing beside certificates` });
      }
      const names = env.get('DOCKER_TLS_SAN');
      const bare = sure(holds(names, (text) => bareName(text ?? '') !== undefined, 'a name in DOCKER_TLS_SAN has no type in front'));
      const made = holds(env.get('DOCKER_TLS_CERTDIR'), (text) => (text ?? '') !== '', `${called(daemon)} makes certificates`);
      yield* when(both(runs, bare, made), { about, at: names.origin.at, message: `DOCKER_TLS_SAN names \`${bareName(sole(names) ?? '')}\` without \`DNS:\`, so that no certificate is made` });
    }
    for (const client of clients) {
      const env = variables(client);
      const verify = env?.get('DOCKER_TLS_VERIFY');
      const folder = env?.get('DOCKER_TLS_CERTDIR');
      const dials = sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials over TCP`));
      if (verify !== undefined) yield* when(both(dials, meansOff('DOCKER_TLS_VERIFY', verify)), { about: client, at: verify.origin.at, message: `${called(client)} verifies TLS: DOCKER_TLS_VERIFY is on with any value` });
      const would = holds(client.wouldVerify, (it) => it, `the entrypoint of ${called(client)} looks for certificates there`);
      if (folder !== undefined) yield* when(both(dials, would, meansOff('DOCKER_TLS_CERTDIR', folder)), { about: client, at: folder.origin.at, message: `${called(client)} looks for certificates: DOCKER_TLS_CERTDIR names a folder ${named(folder)}` });
    }
  },
});

const off = /^(?:0|f|n|false|no|off|none|null|disabled?|''|"")$/i;

/** That somebody wrote this value to say "off". */
const meansOff = (name: string, value: Value<string | null | undefined>): Claim => sure(holds(value, (text) => off.test(text?.trim() ?? ''), `${name} is written as if it were a switch`));

const named = (value: Value<string | null | undefined>): string => `\`${sole(value) ?? ''}\``;

/** The first entry of a list of alternative names that openssl cannot read: it has no `DNS:` or the like in front. */
const bareName = (text: string): string | undefined =>
  text
    .split(',')
    .map((one) => one.trim())
    .find((one) => one !== '' && !/^(?:DNS|IP|email|URI|RID|dirName|otherName)[:.]/i.test(one));

/** What the mistake brings about, so that a finding about that takes its place: the link that fails, else the daemon itself. */
function consequence(daemon: Daemon, links: readonly Link[]): Link | Daemon {
  const dialled = linksTo(links, daemon).filter((link) => choices(link.client.endpoint).some(({ value }) => value.scheme === 'tcp'));
  const fails = ({ listener, client }: Link): boolean => listener.kind !== 'known' || listener.value === undefined || (listener.value.speaks === 'plain') !== (sole(client.speaks) === 'plain');
  return dialled.find(fails) ?? daemon;
}

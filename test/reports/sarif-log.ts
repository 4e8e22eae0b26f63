/** The parts of a SARIF log that the tests look at. */
export interface Log {
  readonly version: string;
  readonly runs: readonly Run[];
}

export interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly Descriptor[]; readonly notifications: readonly Descriptor[] } };
  readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly { readonly message: Message; readonly locations: readonly Location[]; readonly descriptor: { readonly id: string; readonly index: number } }[] }[];
  readonly originalUriBaseIds: object;
  readonly artifacts: readonly { readonly location: Artifact }[];
  readonly results: readonly Result[];
  readonly columnKind: string;
}

export interface Descriptor {
  readonly id: string;
  readonly shortDescription: Message;
  readonly fullDescription: Message;
  readonly help: Message & { readonly markdown?: string };
  readonly helpUri: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties?: { readonly tags: readonly string[]; readonly 'security-severity'?: string };
}

export interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly rank: number;
  readonly message: Message;
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly (Location & { readonly id: number; readonly message: Message })[];
  readonly codeFlows?: readonly { readonly threadFlows: readonly { readonly locations: readonly { readonly location: Location & { readonly message: Message }; readonly nestingLevel: number }[] }[] }[];
  readonly fixes?: readonly { readonly description: Message; readonly artifactChanges: readonly { readonly artifactLocation: Artifact; readonly replacements: readonly { readonly deletedRegion: Region; readonly insertedContent?: Message }[] }[] }[];
  readonly suppressions?: readonly { readonly kind: string; readonly status: string; readonly justification: string; readonly location?: Location }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

export interface Message {
  readonly text: string;
}
export interface Artifact {
  readonly uri: string;
  readonly uriBaseId: string;
}
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
export interface Location {
  readonly physicalLocation: { readonly artifactLocation: Artifact; readonly region: Region };
}

/** What is wrong with a log of ours, a sentence each: the rules of SARIF and of GitHub that its shape could break. */
export function faultsOf({ version, runs }: Log): readonly string[] {
  return [
    ...fault(version === '2.1.0', 'the version is 2.1.0'),
    ...runs.flatMap((run) => {
      const { rules, notifications } = run.tool.driver;
      return [
        ...[...rules, ...notifications].flatMap(faultsOfRule),
        ...fault(new Set(rules.map(({ id }) => id)).size === rules.length, 'no rule is there twice'),
        ...fault(new Set(run.artifacts.map(({ location }) => location.uri)).size === run.artifacts.length, 'no artifact is there twice'),
        ...[...run.artifacts.map(({ location }) => location), ...placesOf(run).map(({ physicalLocation }) => physicalLocation.artifactLocation)].flatMap(faultsOfUri),
        ...placesOf(run).flatMap(({ physicalLocation: { region } }) => faultsOfRegion(region)),
        ...messagesOf(run).flatMap(({ text }) => fault(/[.!?)]$/.test(text), `“${text}” ends as a sentence does`)),
        ...run.results.flatMap((result) => faultsOfResult(result, rules)),
        ...fault(new Set(run.results.map(({ suppressions }) => suppressions === undefined)).size < 2, 'all results tell of suppressions, or none'),
      ];
    }),
  ];
}

const fault = (holds: boolean, sentence: string): readonly string[] => (holds ? [] : [`it does not hold that ${sentence}`]);

function faultsOfRule({ id, shortDescription, fullDescription, help, helpUri, defaultConfiguration, properties }: Descriptor): readonly string[] {
  const score = properties?.['security-severity'];
  return [
    ...[shortDescription, fullDescription].flatMap(({ text }) => fault(text !== '' && text.length <= 1024, `the descriptions of ${id} have 1 to 1024 characters`)),
    ...fault(help.text !== '' && URL.canParse(helpUri), `${id} has help`),
    ...fault(!/\]\((?!https:)/.test(help.markdown ?? ''), `the links of ${id} are absolute`),
    ...fault(['error', 'warning', 'note'].includes(defaultConfiguration.level), `${id} has a level`),
    ...fault((properties?.tags.length ?? 0) <= 20, `${id} has at most 20 tags`),
    // GitHub reads it as a text from 0.1 to 10.0, and only of what has the tag. Source: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning#reportingdescriptor-object
    ...fault(score === undefined || (typeof score === 'string' && /^\d+\.\d$/.test(score) && Number(score) > 0 && Number(score) <= 10), `the security-severity of ${id} is a text from 0.1 to 10.0`),
    ...fault((score !== undefined) === (properties?.tags.includes('security') ?? false), `${id} has the tag security where it has a security-severity`),
  ];
}

function faultsOfResult(result: Result, rules: readonly Descriptor[]): readonly string[] {
  const { ruleId, ruleIndex, rank, message, locations, relatedLocations = [], partialFingerprints } = result;
  const ids = relatedLocations.map(({ id }) => id);
  const asked = [...message.text.matchAll(/(?<!\\)\]\((\d+)\)/g)].map(([, id]) => Number(id));
  return [
    ...fault(rules[ruleIndex]?.id === ruleId, `the index of ${ruleId} is its own`),
    ...fault(rank >= 0 && rank <= 100, 'a rank is from 0 to 100'),
    ...fault(locations.length === 1, 'a result has one place'),
    ...fault(new Set(ids).size === ids.length && asked.every((id) => ids.includes(id)), `each link of “${message.text}” has its location`),
    ...fault(partialFingerprints['primaryLocationLineHash'] === undefined && Object.keys(partialFingerprints).length === 1, 'the fingerprint is not that of GitHub'),
  ];
}

function faultsOfUri({ uri, uriBaseId }: Artifact): readonly string[] {
  return fault(uriBaseId === 'SRCROOT' && /^[\w.~!'()*%-][\w.~!'()*%/-]*$/.test(uri) && !/(?:^|\/)\.\.?(?:\/|$)/.test(uri), `“${uri}” is a reference relative to the root`);
}

function faultsOfRegion({ startLine, startColumn, endLine, endColumn }: Region): readonly string[] {
  const ordered = endLine > startLine || (endLine === startLine && endColumn >= startColumn);
  return fault(startLine >= 1 && startColumn >= 1 && endColumn >= 1 && ordered, `${startLine}:${startColumn} to ${endLine}:${endColumn} is a region`);
}

function placesOf({ results, invocations }: Run): readonly Location[] {
  return [
    ...invocations.flatMap(({ toolExecutionNotifications }) => toolExecutionNotifications.flatMap(({ locations }) => locations)),
    ...results.flatMap(({ locations, relatedLocations = [], codeFlows = [], suppressions = [] }) => [...locations, ...relatedLocations, ...codeFlows.flatMap(stepsOf).map(({ location }) => location), ...suppressions.flatMap(({ location }) => location ?? [])]),
  ];
}

function messagesOf({ results, invocations }: Run): readonly Message[] {
  return [
    ...invocations.flatMap(({ toolExecutionNotifications }) => toolExecutionNotifications.map(({ message }) => message)),
    ...results.flatMap(({ message, relatedLocations = [], codeFlows = [], fixes = [] }) => [message, ...relatedLocations.map((one) => one.message), ...codeFlows.flatMap(stepsOf).map(({ location }) => location.message), ...fixes.map(({ description }) => description)]),
  ];
}

const stepsOf = ({ threadFlows }: NonNullable<Result['codeFlows']>[number]) => threadFlows.flatMap(({ locations }) => locations);

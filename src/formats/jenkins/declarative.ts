import { type Call, type Closure, type GroovyExpression, type GroovyStatement, bodyOf } from '../../syntax/groovy/index.ts';
import type { Span } from '../../text/slice.ts';
import { type Known, type Value, choices, known, unknown, written } from '../../value/value.ts';
import { ofRegistry } from './docker-steps.ts';
import type { Setting as EnvironmentSetting } from '../../model/environment.ts';
import { level } from './environment.ts';
import { type Here, type Reading, at as moved, lost } from './here.ts';
import { blockOf, partInBlock } from './pod-settings.ts';
import { imageBuiltBy } from './built.ts';
import { insideOf, open, runScript, scriptOf } from './run.ts';
import { followed, wordOf } from './scope.ts';
import { guarded, reread, withLayer } from './surroundings.ts';

/** A declarative pipeline. Source: https://www.jenkins.io/doc/book/pipeline/syntax/ */
export function pipeline(reading: Reading, call: Call, here: Here): void {
  const body = bodyOf(call)?.body ?? [];
  const options = section(body, 'options');
  const asks = (name: string): boolean => options !== undefined && (bodyOf(options)?.body ?? []).some((one) => one.kind === 'call' && one.name === name);
  reading.so.alone = asks('disableConcurrentBuilds');
  reading.so.perStage = asks('newContainerPerStage');
  const start = moved(here, { called: 'the pipeline', spot: { kind: 'nowhere' } });
  inside(reading, body, start);
}

/** The sections that a pipeline and a stage have alike, in the order in which they count. */
function inside(reading: Reading, body: readonly GroovyStatement[], outer: Here): void {
  const agent = section(body, 'agent');
  const variables = section(body, 'environment');
  const axes = section(body, 'axes');
  const before = axes === undefined ? outer : withAxes(reading, axes, outer);
  const placed = agent === undefined ? before : onAgent(reading, agent, before, variables);
  const here = variables === undefined ? placed : withEnvironment(reading, variables, placed);
  const tools = section(body, 'tools');
  if (tools !== undefined && /docker/i.test(textOf(tools.at))) open(here.spot, written(tools.at));
  const condition = section(body, 'when');
  const met = condition === undefined ? here : guarded(here, 'if', condition.nameAt);
  for (const statement of body) {
    if (statement.kind !== 'call') continue;
    const block = bodyOf(statement);
    if (block === undefined) continue;
    switch (statement.name ?? '') {
      case 'steps':
      case 'script':
        reading.enter(reading, block, met);
        break;
      case 'stages':
        stages(reading, block, met);
        break;
      case 'parallel':
        stages(reading, block, met);
        break;
      case 'matrix':
        inside(reading, block.body, met);
        break;
      case 'post':
        for (const outcome of block.body) {
          const steps = outcome.kind === 'call' ? bodyOf(outcome) : undefined;
          if (outcome.kind === 'call' && steps !== undefined) reading.enter(reading, steps, ['always', 'cleanup'].includes(outcome.name ?? '') ? here : guarded(here, 'if', outcome.nameAt));
        }
    }
  }
}

function stages(reading: Reading, block: Closure, here: Here): void {
  for (const stage of block.body) {
    if (stage.kind !== 'call') continue;
    const body = bodyOf(stage);
    if (stage.name !== 'stage' || body === undefined) {
      reading.look(reading, stage, here);
      continue;
    }
    const [first] = stage.arguments;
    const name = first === undefined || first === body ? undefined : wordOf(first, here.scope);
    inside(reading, body.body, moved(here, { called: name?.kind === 'known' ? `stage \`${name.value}\`` : here.called }));
  }
}

const textOf = ({ source, start, end }: Span): string => source.text.slice(start, end);

/** The last section of this name. */
function section(body: readonly GroovyStatement[], name: string): Call | undefined {
  const found = body.findLast((statement) => statement.kind === 'call' && statement.object === undefined && statement.name === name);
  return found?.kind === 'call' ? found : undefined;
}

/** `environment { NAME = 'value' }`: each variable may use the ones before it. */
function withEnvironment(reading: Reading, block: Call, outer: Here): Here {
  const set = new Map<string, EnvironmentSetting>();
  const here = withLayer(reading, outer, { set });
  for (const statement of bodyOf(block)?.body ?? []) {
    if (statement.kind !== 'assign' || statement.target.kind !== 'name') continue;
    reading.look(reading, statement.value, here);
    set.set(statement.target.name, { value: variable(statement.value, here), at: statement.target.at });
  }
  return here;
}

const variable = (expression: GroovyExpression, { scope }: Here): Value<string> => (expression.kind === 'call' && expression.name === 'credentials' ? unknown('setting', written(expression.at)) : wordOf(expression, scope));

/** The variables that tell the cells of a matrix apart. */
function withAxes(reading: Reading, axes: Call, here: Here): Here {
  const pairs = (bodyOf(axes)?.body ?? []).flatMap((axis): (readonly [string, Value<string>, Span])[] => {
    if (axis.kind !== 'call' || axis.name !== 'axis') return [];
    const body = bodyOf(axis)?.body ?? [];
    const [name] = section(body, 'name')?.arguments ?? [];
    const values = section(body, 'values');
    const word = name === undefined ? undefined : wordOf(name, here.scope);
    if (word?.kind !== 'known' || values === undefined) return [];
    const options = values.arguments.map((one) => wordOf(one, here.scope));
    const plain = options.flatMap((one): Known<string>[] => [...choices<string>(one)]);
    const [only] = plain;
    const value: Value<string> = plain.length < options.length || only === undefined ? unknown('variable', written(values.at)) : plain.length === 1 ? only : { kind: 'one-of', options: plain, origin: written(values.at) };
    return [[word.value, value, axis.nameAt]];
  });
  return withLayer(reading, here, level(pairs));
}

/** Where a section `agent` has its steps run. */
function onAgent(reading: Reading, agent: Call, here: Here, variables: Call | undefined): Here {
  const [first] = agent.arguments;
  const block = bodyOf(agent);
  if (block === undefined) {
    if (first?.kind === 'name' && first.name === 'none') return { ...lost(here), spot: { kind: 'nowhere' } };
    return first?.kind === 'name' && first.name === 'any' ? reading.onMachine(reading, here, agent.nameAt) : lost(here);
  }
  const kind = block.body.find((one) => one.kind === 'call');
  if (kind?.kind !== 'call') return lost(here);
  switch (kind.name ?? '') {
    case 'any':
    case 'label':
    case 'node':
      return inWorkspace(reading, reading.onMachine(reading, here, kind.nameAt), kind);
    case 'docker':
    case 'dockerfile':
      return inDocker(reading, kind, here, variables);
    case 'kubernetes':
      return inWorkspace(reading, reading.inPod(reading, moved(here, { templates: [partInBlock(kind, here.scope)] }), kind.nameAt), kind);
    default:
      return lost(here);
  }
}

/** Where the agent's block names another workspace than the job's own. */
function inWorkspace(reading: Reading, here: Here, agent: Call): Here {
  const custom = blockOf(agent).settings.get('customWorkspace');
  if (custom === undefined) return here;
  const path = wordOf(custom, here.scope);
  // Below which folder a relative one lies is the agent's to say.
  const folder: Value<string> = path.kind === 'known' && path.value.startsWith('/') ? known(path.value, path.origin) : unknown('setting', written(custom.at));
  return reread(reading, moved(here, { folder, workspace: folder }));
}

/**
 * `docker 'x'`, `docker { image 'x' }`, `dockerfile true`, `dockerfile { filename 'x' }`: a container on an agent, which is the
 * one around it where `reuseNode` asks for that. Within a container around it the plugin calls docker in there, unless each
 * stage is given its own. Source: https://github.com/jenkinsci/docker-workflow-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/docker/workflow/declarative/AbstractDockerPipelineScript.groovy
 */
function inDocker(reading: Reading, call: Call, outer: Here, variables: Call | undefined): Here {
  const { settings } = blockOf(call);
  const [first] = call.arguments;
  const given = (name: string): GroovyExpression | undefined => settings.get(name);
  const reuse = given('reuseNode');
  const reuses = reuse !== undefined && !(reuse.kind === 'literal' && reuse.value === false) && outer.node !== undefined;
  const node = reuses ? (reading.so.perStage && outer.node !== undefined ? moved(outer, { spot: outer.node }) : outer) : inWorkspace(reading, reading.onMachine(reading, outer, call.nameAt), call);
  // The container is given the variables of its own section, as every one of its steps.
  const here = variables === undefined ? node : withEnvironment(reading, variables, node);
  const args = given('args');
  const words = args && wordOf(args, here.scope);
  const at = call.nameAt;
  if (call.name === 'docker') {
    const image = given('image') ?? (first?.kind === 'closure' ? undefined : first);
    const name = image === undefined ? { ...unknown('variable', written(at)), shape: [{ name: '', varies: 'unknown' as const }] } : wordOf(image, here.scope);
    const registry = given('registryUrl');
    const full = registry === undefined ? name : ofRegistry(name, wordOf(registry, here.scope), at);
    return reread(reading, moved(node, { spot: insideOf(reading, { name: full }, words, image?.at ?? at, here) }));
  }
  const file = plainText(given('filename'), 'Dockerfile', here);
  const folder = plainText(given('dir'), '.', here);
  const more = given('additionalBuildArgs');
  const path = folder === undefined || file === undefined ? undefined : `${folder === '.' ? '' : `${folder}/`}${file}`;
  const [built] = runScript(reading, scriptOf(['docker build', ...(more === undefined ? [] : [wordOf(more, here.scope)]), '-f', path === undefined ? unknown('variable', written(at)) : known(path, written(at)), folder === undefined ? unknown('variable', written(at)) : known(folder, written(at))], at), at, here);
  const config = built && imageBuiltBy(built, here, reading);
  const name = { ...unknown('command', written(at)), shape: [{ name: '', varies: 'unknown' as const }] };
  return reread(reading, moved(node, { spot: insideOf(reading, { name, called: `the container built from ${path === undefined ? 'a Dockerfile' : `\`${path}\``}`, ...(config === undefined ? {} : { config }) }, words, at, here) }));
}

function plainText(expression: GroovyExpression | undefined, otherwise: string, { scope }: Here): string | undefined {
  if (expression === undefined) return otherwise;
  const { value } = followed(expression, scope);
  const text = value.kind === 'string' ? wordOf(expression, scope) : undefined;
  return text?.kind === 'known' ? text.value.replace(/^\.\//, '').replace(/\/$/, '') || '.' : undefined;
}

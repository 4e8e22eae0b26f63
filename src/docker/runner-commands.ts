/**
 * Subcommands of CI runners that ask their CI server, or write a file, and leave the Docker daemon alone. Sources:
 * https://code.forgejo.org/forgejo/runner/src/branch/main/internal/app/cmd, https://gitea.com/gitea/act_runner/src/branch/main/internal/app/cmd,
 * https://docs.gitlab.com/runner/commands/
 */
const preparing: Readonly<Record<string, RegExp>> = {
  'forgejo-runner': /^(?:register|create-runner-file|generate-config|validate|cache-server|help|--version|--help)$/,
  act_runner: /^(?:register|generate-config|cache-server|help|--version|--help)$/,
  'gitlab-runner': /^(?:register|unregister|verify|list|help|--version|--help)$/,
};

/** Programs that have no more to do with Docker than a file has. */
const plain = /^(?:awk|base64|cat|chgrp|chmod|chown|command|cp|curl|cut|date|dirname|echo|envsubst|exit|false|grep|hash|head|id|jq|ln|ls|mkdir|mktemp|mv|printf|pwd|rm|sed|sleep|sort|stat|tail|tar|tee|test|touch|tr|true|type|wc|wget|which|whoami|yq|\[)$/;

/** What a command, by its words, has to do with a daemon: `prepares` a runner that will dial one, is `plain`, or is not known here. */
export function standing(words: readonly (string | undefined)[]): 'prepares' | 'plain' | undefined {
  const [first = '', ...rest] = words;
  const program = first.split('/').at(-1) ?? '';
  const own = Object.hasOwn(preparing, program) ? preparing[program] : undefined;
  if (own !== undefined) return rest.some((word) => word !== undefined && own.test(word)) ? 'prepares' : undefined;
  return plain.test(program) ? 'plain' : undefined;
}

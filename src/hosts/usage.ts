/** What `dindlint --help` prints: one screen. */
export const usage = `Usage: dindlint [OPTIONS] [PATH…]   lint this folder, or files and folders
       dindlint explain RULE        what a rule finds, why, what to do
       dindlint rules               every rule, or what is taken for granted

  --format F[=FILE]      text, concise, json, sarif or github; repeatable
  --output FILE          where the one format goes, instead of standard output
  --fail-on LEVEL        error (default), warning, info or never: gives status 1
  --min-certainty LEVEL  certain, likely (default) or possible: what is reported
  --rule ID=LEVEL        off, info, warning or error; repeatable
  --assume KEY=VALUE     settle what no file shows; repeatable
  --config FILE          this configuration instead of the root's .dindlint.yaml
  --no-config            no configuration
  --baseline FILE        leave out the findings that are in FILE
  --write-baseline FILE  write the findings to FILE instead of reporting them
  --stdin-filename PATH  read the text of PATH from standard input
  --strict               status 2 where any file cannot be read or parsed
  --color WHEN           auto, always or never; also NO_COLOR, FORCE_COLOR
  --quiet                no summary
  --verbose              every file and its format, on standard error
  --version, --help      COMMAND --help tells more of a command

Status: 0 nothing at or above --fail-on, 1 findings, 2 the work was not done
`;

export const explainUsage = `Usage: dindlint explain RULE

Prints the rule's page in Markdown: what it finds, why it matters, what to do
instead, examples, and the sources of what it takes for true.
\`dindlint rules\` lists the rules. Status: 0, or 2 where there is no such rule.
`;

export const rulesUsage = `Usage: dindlint rules [--assumptions] [--format text|json|markdown]

Lists every rule with its default severity; with --assumptions, the named facts
about a platform that no file shows, what is taken for granted of each, and so
what \`--assume KEY=VALUE\` and \`assume:\` in .dindlint.yaml may settle.
`;

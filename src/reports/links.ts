/** Where the project is published. */
export const home = 'https://github.com/dindlint/dindlint';

/** The page of a rule, for a link in a report. */
export const pageOf = (ruleId: string): string => `${home}/blob/main/docs/rules/${ruleId}.md`;

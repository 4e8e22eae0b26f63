const words = (text: string): readonly string[] => text.split(' ');

/** Keys of a pipeline that name no job. Source: https://docs.gitlab.com/ci/yaml/#keywords */
export const rootKeys: ReadonlySet<string> = new Set(words('default include stages workflow variables image services before_script after_script cache pages:deploy spec types'));

/** Keys of a job. Source: https://docs.gitlab.com/ci/yaml/#job-keywords */
export const jobKeys: ReadonlySet<string> = new Set(
  words(
    'after_script allow_failure artifacts before_script cache coverage dast_configuration dependencies environment except extends hooks id_tokens identity image inherit interruptible ' +
      'manual_confirmation needs only pages parallel publish release resource_group retry rules run script secrets services stage start_in tags timeout trigger variables when type',
  ),
);

/** Keys that a job takes from `default:` where it has none of its own. Source: https://docs.gitlab.com/ci/yaml/#default */
export const defaultKeys: ReadonlySet<string> = new Set(words('after_script artifacts before_script cache hooks id_tokens identity image interruptible retry services tags timeout'));

/** Those that may also stand at the top of a file, the old way. Source: https://docs.gitlab.com/ci/yaml/deprecated_keywords/#globally-defined-image-services-cache-before_script-after_script */
export const globalKeys: ReadonlySet<string> = new Set(words('image services before_script after_script cache'));

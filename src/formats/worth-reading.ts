/** Whether a path may be one of a format at all: what is not is never opened. */
export const worthReading = (path: string): boolean => /\.ya?ml$|\.(?:sh|bash)$|(?:config|runner)[^/]*\.toml$|(?:^|\/)(?:docker-)?compose[^/]*\.json$|(?:^|\/)(?:dockerfile|containerfile)[^/]*$|\.(?:dockerfile|containerfile)$|(?:^|[/.])jenkinsfile[^/]*$|\.groovy$/i.test(path);

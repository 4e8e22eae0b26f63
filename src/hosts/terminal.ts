/** The world around a run: where it stands, what it is fed, and where its words go. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person watches standard output. */
  readonly watched: boolean;
  /** All of standard input; undefined past `most` bytes. */
  input(most: number): Promise<Uint8Array | undefined>;
  /** Resolves once the text is out, however slow the reader; a reader that has gone is no error. */
  print(text: string): Promise<void>;
  /** The same, to standard error. */
  complain(text: string): Promise<void>;
}

/** The process's own. Its streams are opened when they are used: a run that has nothing to say needs none. */
export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    env: process.env,
    get watched() {
      return process.stdout.isTTY;
    },
    input: (most) => all(process.stdin, most),
    print: writer(() => process.stdout),
    complain: writer(() => process.stderr),
  };
}

async function all(stream: NodeJS.ReadStream, most: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Buffer | string);
    length += bytes.length;
    if (length > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function writer(opened: () => NodeJS.WriteStream): (text: string) => Promise<void> {
  let stream: NodeJS.WriteStream | undefined;
  // `| head` closes the pipe early: that is the reader's choice. A full disk is reported on the other stream.
  let gone = false;
  const failed = (error: NodeJS.ErrnoException): void => {
    gone = true;
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
    process.exitCode = 2;
    if (stream !== process.stderr) process.stderr.write(`dindlint: the report could not be written: ${error.message}\n`);
  };
  return (text) => {
    if (gone || text === '') return Promise.resolve();
    const to = (stream ??= opened().on('error', failed));
    return new Promise((resolve) => to.write(text, () => resolve()));
  };
}

/** The milliseconds that this process has kept a processor busy: unlike a clock they do not grow while others work. */
export function busy(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

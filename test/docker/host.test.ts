import { describe, expect, test } from 'vitest';
import { type HostDialect, defaultSocket, holdsSocket, normalSocket, readHost, socketPath } from '../../src/docker/host.ts';

/** An endpoint as one word, a mistake as its sentence. */
function read(text: string, dialect: HostDialect): string {
  const reading = readHost(text, dialect);
  if ('mistake' in reading) {
    expect(reading.by.source).toMatch(/^https:/);
    return `! ${reading.mistake}`;
  }
  const { scheme, host, port, path } = reading.endpoint;
  return `${scheme}:${host ?? ''}${port === undefined ? '' : `:${port}`}${path ?? ''}`;
}

describe('the docker command', () => {
  test.each([
    // What it takes, although it looks odd.
    ['tcp://docker:2375', 'tcp:docker:2375'],
    ['docker:2375', 'tcp:docker:2375'],
    ['docker', 'tcp:docker:2375'],
    ['tcp://docker', 'tcp:docker:2375'],
    ['tcp://docker:', 'tcp:docker:2375'],
    ['tcp://docker:2375/', 'tcp:docker:2375'],
    ['  tcp://docker:2376 ', 'tcp:docker:2376'],
    ['tcp://Docker:2375', 'tcp:docker:2375'],
    ['tcp://:2375', 'tcp:localhost:2375'],
    ['tcp://', 'tcp:localhost:2375'],
    ['tcp://0.0.0.0:2375', 'tcp:0.0.0.0:2375'],
    ['127.0.0.1', 'tcp:127.0.0.1:2375'],
    ['tcp://[::1]:2376', 'tcp:::1:2376'],
    ['tcp://[fe80::1]', 'tcp:fe80::1:2375'],
    ['tcp://user@docker:2375', 'tcp:docker:2375'],
    ['tcp://socket_proxy:2375', 'tcp:socket_proxy:2375'],
    ['tcpserver:2375', 'tcp:tcpserver:2375'],
    ['tcp:2375', 'tcp:tcp:2375'],
    ['unix:///var/run/docker.sock', 'unix:/var/run/docker.sock'],
    ['unix:///run/user/1000/docker.sock', 'unix:/run/user/1000/docker.sock'],
    ['unix://', 'unix:/var/run/docker.sock'],
    ['', 'unix:/var/run/docker.sock'],
    ['ssh://me@build.example:2222', 'ssh:build.example:2222'],
    ['ssh://build', 'ssh:build'],
    ['npipe:////./pipe/docker_engine', 'npipe://./pipe/docker_engine'],
    ['npipe://', 'npipe://./pipe/docker_engine'],
    ['fd://', 'fd:'],
    // What fails.
    ['http://docker:2375', '! has the scheme http, which is refused: a Docker address begins with tcp'],
    ['https://docker:2376', '! has the scheme https, which is refused: a Docker address begins with tcp'],
    ['TCP://docker:2375', '! has the scheme TCP in upper case, which is refused'],
    ['udp://docker:2375', '! has the scheme udp, which no Docker client knows'],
    ['"tcp://docker:2375"', '! keeps the quotes that were written around it'],
    ["'tcp://docker:2375'", '! keeps the quotes that were written around it'],
    ['tcp://docker:2375"', '! keeps the quotes that were written around it'],
    ['tcp://docker:2375/v1.41', '! has the path /v1.41 behind the address, which leads to no API'],
    ['docker:2375/v1.41', '! has the path /v1.41 behind the address, which leads to no API'],
    ['tcp:/docker:2375', '! has tcp:/ instead of tcp://, so that tcp is taken for the host'],
    ['tcp//docker:2375', '! has tcp// instead of tcp://, so that tcp is taken for the host'],
    ['tcp:docker:2375', '! has tcp: instead of tcp://'],
    ['unix:/var/run/docker.sock', '! has unix:/ instead of unix://, so that unix is taken for the host'],
    ['unix:///a,unix:///b', '! names more than one address'],
    ['/var/run/docker.sock', '! is a path without unix://, and is taken for a TCP address'],
    ['./docker.sock', '! is a path without unix://, and is taken for a TCP address'],
    ['unix://var/run/docker.sock', '! is a relative path: unix:// is followed by a path that begins with a slash'],
    ['unix://$HOME/docker.sock', '! holds a variable that nothing expands'],
    ['tcp://docker:abc', '! has the port abc, which is no number'],
    ['tcp://docker:99999', '! has the port 99999, which is none'],
    ['tcp://docker:0', '! has the port 0, which is none'],
    ['tcp://docker:1:2', '! has more than one port'],
    ['tcp://$DOCKER_IP:2375', '! holds a variable that nothing expands'],
    ['tcp://${DOCKER_IP}:2375', '! holds a variable that nothing expands'],
    ['tcp://{{ host }}:2375', '! holds a variable that nothing expands'],
    ['tcp://%HOST%:2375', '! holds a variable that nothing expands'],
    ['tcp://a:2375,b:2375', '! names more than one address'],
    ['tcp://a:2375,tcp://b:2375', '! names more than one address'],
    ['tcp://<docker-ip>:2375', '! has <docker-ip> for a host, which is no name'],
    ['tcp://my docker:2375', '! has my docker for a host, which is no name'],
  ])('%j: %s', (text, expected) => expect(read(text, 'cli')).toBe(expected));
});

describe('other readers', () => {
  test.each<[HostDialect, string, string]>([
    ['compose-v1', 'http://docker:2375', 'tcp:docker:2375'],
    ['compose-v1', 'tcp://docker:2375/', 'tcp:docker:2375'],
    ['compose-v1', 'tcp://127.0.0.1', '! has no port, which this client does not fill in'],
    ['compose-v1', '"tcp://docker:2375"', '! keeps the quotes that were written around it'],
    ['compose-v1', 'docker:2375', 'tcp:docker:2375'],
    ['docker-py', 'https://docker:2376', 'tcp:docker:2376'],
    ['docker-py', 'tcp://docker', '! has no port, which this client does not fill in'],
    ['docker-py', 'unix://var/run/docker.sock', 'unix:/var/run/docker.sock'],
    ['docker-py', 'unix:/var/run/docker.sock', 'unix:/var/run/docker.sock'],
    ['docker-py', 'http+unix:///run/docker.sock', 'unix:/run/docker.sock'],
    ['docker-py', 'fd://', '! has the scheme fd, which this client does not speak'],
    ['docker-py', 'ssh://me@host', 'ssh:host'],
    ['docker-py', 'udp://x:1', '! has the scheme udp, which no Docker client knows'],
    ['go-sdk', 'docker:2375', '! has no scheme'],
    ['go-sdk', 'tcp://docker:2375', 'tcp:docker:2375'],
    ['go-sdk', 'http://docker:2375', 'tcp:docker:2375'],
    ['go-sdk', 'tcp://docker', 'tcp:docker:80'],
    ['go-sdk', 'unix://run/docker.sock', '! is a relative path: unix:// is followed by a path that begins with a slash'],
    ['docker-java', 'tcp://docker:2375', 'tcp:docker:2375'],
    ['docker-java', 'unix:///var/run/docker.sock', 'unix:/var/run/docker.sock'],
    ['docker-java', 'ssh://host', '! has the scheme ssh, which this client does not speak'],
    ['node', 'docker:2375', 'tcp:docker:2375'],
    ['node', 'tcp://docker', 'tcp:docker:80'],
    ['node', 'https://docker:2376', 'tcp:docker:2376'],
    ['node', '/var/run/docker.sock', '! is a path without unix://, and is taken for a TCP address'],
    ['node', '', 'unix:/var/run/docker.sock'],
  ])('%s, %j: %s', (dialect, text, expected) => expect(read(text, dialect)).toBe(expected));
});

describe('socketPath', () => {
  test.each([
    ...['/var/run/docker.sock', '/run/docker.sock', '//var/run/docker.sock', '/var/run/../run/docker.sock', '/var/run/./docker.sock', '/var/run//docker.sock', '/private/var/run/docker.sock', '/var/run/docker.sock.raw'],
    ...['/run/user/1000/docker.sock', '/run/podman/podman.sock', '/run/user/1000/podman/podman.sock', '~/.docker/run/docker.sock', '/Users/me/.docker/desktop/docker.sock', '<home>/.docker/run/docker.sock'],
    ...['/home/me/.colima/default/docker.sock', '~/.colima/docker.sock', '~/.rd/docker.sock', '~/.orbstack/run/docker.sock', '~/.lima/default/sock/docker.sock', '//./pipe/docker_engine', '\\\\.\\pipe\\docker_engine'],
  ])('%s is one', (path) => expect(socketPath(path)).toBe(true));

  test.each(['./x.sock', 'var/run/docker.sock', './docker.sock', '/tmp/docker.sock', '/var/run/docker-host.sock', '/var/run', '/run/containerd/containerd.sock', '/shared/docker.sock', '/var/run/docker.sock/x', '/home/me/docker.sock', ''])('%s is none', (path) => expect(socketPath(path)).toBe(false));
});

test('holdsSocket is said of the folders that it lies in', () => {
  expect(['/var/run', '/var/run/', '/run', '/run/', '//var/run', '/run/user/1000', '/var', '/', '/var/run/docker', '/var/runx', 'run', './run'].filter(holdsSocket)).toEqual(['/var/run', '/var/run/', '/run', '/run/', '//var/run', '/run/user/1000']);
});

test('normalSocket knows that /var/run is a link', () => {
  expect(['/run/docker.sock', '/var/run/docker.sock', '/run/user/1000/docker.sock', './x.sock'].map(normalSocket)).toEqual([defaultSocket, defaultSocket, '/run/user/1000/docker.sock', './x.sock']);
});

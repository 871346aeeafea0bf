import { connect, createServer } from 'node:net';

/**
 * Runs where vpcd runs, in a network of its own: whoever comes through a door (a socket in a folder) is taken to a port.
 * Arguments: the first port, then one door for it and one for each port after it.
 */
const [port, ...doors] = process.argv.slice(2);
for (const [place, door] of doors.entries()) {
  const server = createServer((outside) => {
    const inside = connect({ port: Number(port) + place, host: '127.0.0.1', noDelay: true });
    for (const [from, to] of [[outside, inside], [inside, outside]] as const) {
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  server.listen(door);
}

/**
 * For measurements on made-up people: cells without walls, and the booth's own end of the channel outside of a booth.
 * The product never imports this; the boundaries check holds it to that.
 */
export { openChannel as openBoothChannel } from './channel/open-channel.ts';
export { hpkeSuite } from './channel/suite.ts';
export { withoutWalls } from './pool/without-walls.ts';

import { describe, expect, it } from 'vitest';
import { bubblewrapCommand, type CellProgram, permissionModelCommand } from './cell-command.ts';

const program: CellProgram = { script: '/cells/face-cell.mjs', heapMiB: 64, memoryMiB: 256, cpuSeconds: 10, native: true, folders: ['/models'], arguments: ['/models'] };

describe('a cell is started', () => {
  it('without anything of the server’s environment, and with the network runtime told to report to nobody', () => {
    for (const isRoot of [true, false]) {
      const { arguments: args, environment } = bubblewrapCommand('/usr/bin/bwrap', program, { isRoot, withSeccomp: true, groups: [] });
      expect(Object.keys(environment)).toEqual(['PATH']);
      expect(args).toContain('--clearenv');
      expect(args.flatMap((word, i) => (word === '--setenv' ? [`${args[i + 1]}=${args[i + 2]}`] : []))).toEqual(['NODE_CHANNEL_FD=3', 'ORT_DISABLE_TELEMETRY=1', 'UV_THREADPOOL_SIZE=2']);
    }
    expect(permissionModelCommand(program).environment).toEqual({ ORT_DISABLE_TELEMETRY: '1', UV_THREADPOOL_SIZE: '2' });
  });
});

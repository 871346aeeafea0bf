import { concatBytes } from '@visavis/kernel';

/** Classic BPF (linux/filter.h) and seccomp (linux/seccomp.h, linux/audit.h) numbers. */
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_BITS_SET = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const REFUSE = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;
const OFFSET_NUMBER = 0;
const OFFSET_ARCHITECTURE = 4;
const OFFSET_FIRST_ARGUMENT_LOW = 16;
const CLONE_THREAD = 0x00010000;
/** x32 calls carry this bit on x86-64 and would slip past a list of numbers. */
const X32_CALL = 0x40000000;

interface CallNumbers {
  readonly architecture: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly clone: number;
  readonly clone3: number;
}

/** Calls that no cell needs. `execve` is missing: the sandbox's own last step is one. */
const CALLS: Readonly<Partial<Record<NodeJS.Architecture, CallNumbers>>> = {
  x64: {
    architecture: 0xc000003e,
    refused: { socket: 41, fork: 57, vfork: 58, ptrace: 101, mount: 165, umount2: 166, unshare: 272, perf_event_open: 298, setns: 308, process_vm_readv: 310, process_vm_writev: 311, bpf: 321, userfaultfd: 323, io_uring_setup: 425 },
    clone: 56,
    clone3: 435,
  },
  arm64: {
    architecture: 0xc00000b7,
    refused: { socket: 198, ptrace: 117, mount: 40, umount2: 39, unshare: 97, perf_event_open: 241, setns: 268, process_vm_readv: 270, process_vm_writev: 271, bpf: 280, userfaultfd: 282, io_uring_setup: 425 },
    clone: 220,
    clone3: 435,
  },
};

/**
 * A seccomp program for bubblewrap's `--seccomp`: no new socket, no new process (threads are allowed), no look into
 * another process, no mount. `clone3` answers "no such call", so that the C library falls back to `clone`, whose flags
 * a filter can read.
 * @returns undefined on an architecture whose numbers we do not have: then this wall does not stand
 */
export function seccompFilter(architecture: NodeJS.Architecture): Uint8Array | undefined {
  const calls = CALLS[architecture];
  if (calls === undefined) return undefined;
  const refuse = (errno: number) => instruction(RETURN, 0, 0, REFUSE | errno);
  const program = [
    instruction(LOAD_WORD, 0, 0, OFFSET_ARCHITECTURE),
    instruction(JUMP_IF_EQUAL, 1, 0, calls.architecture),
    instruction(RETURN, 0, 0, KILL_PROCESS),
    instruction(LOAD_WORD, 0, 0, OFFSET_NUMBER),
    instruction(JUMP_IF_BITS_SET, 0, 1, X32_CALL),
    instruction(RETURN, 0, 0, KILL_PROCESS),
    ...Object.values(calls.refused).flatMap((number) => [instruction(JUMP_IF_EQUAL, 0, 1, number), refuse(EPERM)]),
    instruction(JUMP_IF_EQUAL, 0, 1, calls.clone3),
    refuse(ENOSYS),
    instruction(JUMP_IF_EQUAL, 0, 3, calls.clone),
    instruction(LOAD_WORD, 0, 0, OFFSET_FIRST_ARGUMENT_LOW),
    instruction(JUMP_IF_BITS_SET, 1, 0, CLONE_THREAD),
    refuse(EPERM),
    instruction(RETURN, 0, 0, ALLOW),
  ];
  return concatBytes(...program);
}

/** One `struct sock_filter`, little-endian as both architectures are. */
function instruction(code: number, ifTrue: number, ifFalse: number, operand: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  bytes[2] = ifTrue;
  bytes[3] = ifFalse;
  view.setUint32(4, operand >>> 0, true);
  return bytes;
}

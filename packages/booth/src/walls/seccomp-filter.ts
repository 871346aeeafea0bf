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

/** Numbers that both architectures share: Linux gives one number to each call since 5.1. */
const SHARED = {
  pidfd_send_signal: 424, io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, open_tree: 428, move_mount: 429, fsopen: 430, fsconfig: 431,
  fsmount: 432, fspick: 433, pidfd_open: 434, pidfd_getfd: 438, process_madvise: 440, mount_setattr: 442, quotactl_fd: 443, memfd_secret: 447, process_mrelease: 448,
} as const; // prettier-ignore

/**
 * Calls that no cell needs: sockets, processes, other processes' memory, files without a path, memory that no limit
 * counts, mounts, the kernel's own programs and keys. `execve` is missing: the sandbox's own last step is one. What it
 * could start in here is Node again, in the place of the cell and behind the same walls, for nothing new can be forked.
 */
const CALLS: Readonly<Partial<Record<NodeJS.Architecture, CallNumbers>>> = {
  x64: {
    architecture: 0xc000003e,
    refused: {
      ...SHARED, socket: 41, connect: 42, accept: 43, bind: 49, listen: 50, socketpair: 53, accept4: 288, fork: 57, vfork: 58, execveat: 322, ptrace: 101, process_vm_readv: 310,
      process_vm_writev: 311, kcmp: 312, memfd_create: 319, shmget: 29, msgget: 68, semget: 64, mq_open: 240, vmsplice: 278, mount: 165, umount2: 166, pivot_root: 155, chroot: 161,
      unshare: 272, setns: 308, mknod: 133, mknodat: 259, name_to_handle_at: 303, open_by_handle_at: 304, fanotify_init: 300, bpf: 321, perf_event_open: 298, userfaultfd: 323,
      add_key: 248, request_key: 249, keyctl: 250, init_module: 175, finit_module: 313, delete_module: 176, kexec_load: 246, kexec_file_load: 320, reboot: 169, swapon: 167, swapoff: 168,
      acct: 163, syslog: 103, quotactl: 179, lookup_dcookie: 212, personality: 135, uselib: 134, modify_ldt: 154, iopl: 172, ioperm: 173, move_pages: 279, migrate_pages: 256,
    },
    clone: 56,
    clone3: 435,
  },
  arm64: {
    architecture: 0xc00000b7,
    refused: {
      ...SHARED, socket: 198, connect: 203, accept: 202, bind: 200, listen: 201, socketpair: 199, accept4: 242, execveat: 281, ptrace: 117, process_vm_readv: 270,
      process_vm_writev: 271, kcmp: 272, memfd_create: 279, shmget: 194, msgget: 186, semget: 190, mq_open: 180, vmsplice: 75, mount: 40, umount2: 39, pivot_root: 41, chroot: 51,
      unshare: 97, setns: 268, mknodat: 33, name_to_handle_at: 264, open_by_handle_at: 265, fanotify_init: 262, bpf: 280, perf_event_open: 241, userfaultfd: 282,
      add_key: 217, request_key: 218, keyctl: 219, init_module: 105, finit_module: 273, delete_module: 106, kexec_load: 104, kexec_file_load: 294, reboot: 142, swapon: 224, swapoff: 225,
      acct: 89, syslog: 116, quotactl: 60, lookup_dcookie: 18, personality: 92, move_pages: 239, migrate_pages: 238,
    },
    clone: 220,
    clone3: 435,
  },
}; // prettier-ignore

/** The numbers of the refused calls by name, for whoever checks the filter. */
export const refusedCalls = (architecture: NodeJS.Architecture): Readonly<Record<string, number>> | undefined => CALLS[architecture]?.refused;

/**
 * A seccomp program for bubblewrap's `--seccomp`: no socket, no new process (threads are allowed), no look into another
 * process, and none of the other calls above. `clone3` answers "no such call", so that the C library falls back to `clone`, whose flags
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

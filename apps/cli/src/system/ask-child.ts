import { fork } from 'node:child_process';

/**
 * Has work done in a process of its own, which says `ready`, gets the work, answers once and ends (see {@link answerParent}).
 * @param file of the child's program, a file URL
 * @param timeoutMs a child that takes longer is killed; left out: it may take its time
 */
export function askChild<Answer>(file: URL, work: object, timeoutMs?: number): Promise<Answer> {
  // What a child prints is its own business; what it complains of, or says of its progress, is ours.
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...(timeoutMs !== undefined && { timeout: timeoutMs }) });
  return new Promise((resolve, reject) => {
    let answer: { readonly is: Answer } | undefined;
    child.on('message', (message: 'ready' | Answer) => {
      if (message === 'ready') child.send(work);
      else answer = { is: message };
    });
    child.once('error', reject);
    child.once('close', (status) => (answer === undefined ? reject(new Error(`${file.pathname} ended with ${status} and said nothing`)) : resolve(answer.is)));
  });
}

/** The child's side. @param prepare whatever comes before the work, which is of the type that the parent sends: nothing holds the two together but their authors */
export async function answerParent<Answer>(prepare: () => Promise<(work: never) => Promise<Answer>>): Promise<void> {
  const answer = await prepare();
  const asked = new Promise<never>((resolve) => process.once('message', (work) => resolve(work as never)));
  process.send?.('ready');
  process.send?.(await answer(await asked));
  process.disconnect();
}

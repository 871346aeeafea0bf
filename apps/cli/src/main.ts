/** Loads only what a command needs: calibrating has to work while the policy is refused for want of what it measures. */
async function main(): Promise<number> {
  if (process.argv[2] === 'face') {
    const { runFace } = await import('./face/face.ts');
    return runFace(process.argv.slice(3), Date.now());
  }
  const { runCommand } = await import('./run-command.ts');
  return runCommand();
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`visavis: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

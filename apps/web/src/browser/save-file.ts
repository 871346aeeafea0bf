/** Hands a text to the citizen as a file. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file over by the time of the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

import type { ProcessedClass } from '@visavis/contract';

/** Which event of a sealed room says that which kind of data came into it. */
const BY_EVENT: Readonly<Record<string, readonly ProcessedClass[]>> = {
  'chip.started': ['documentAccessKey'],
  'document.arrived': ['chipDocumentData', 'chipPortrait'],
  'portrait.handed': ['faceTemplates'],
  'frame.arrived': ['faceImages', 'headMovements'],
};

/** What the events of one sealed room say it worked on, in the order of its arrival. When in doubt it is named. */
export function whatWasProcessed(events: Iterable<string>): ProcessedClass[] {
  return [...new Set([...events].flatMap((event) => BY_EVENT[event] ?? []))];
}

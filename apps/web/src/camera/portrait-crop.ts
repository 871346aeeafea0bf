export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The largest centred rectangle of aspect `width : height` within a picture; webcams are wide, faces are tall. */
export function portraitCrop(picture: { readonly width: number; readonly height: number }, aspect: { readonly width: number; readonly height: number }): Crop {
  const scale = Math.min(picture.width / aspect.width, picture.height / aspect.height);
  const width = Math.round(aspect.width * scale);
  const height = Math.round(aspect.height * scale);
  return { x: Math.floor((picture.width - width) / 2), y: Math.floor((picture.height - height) / 2), width, height };
}

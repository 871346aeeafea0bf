/** Vertex numbers of the canonical mesh, by place. "Right" and "left" are the person's own; the right lies at negative x. */
export const RIGHT_EYE = { outer: 33, inner: 133, upper: [246, 161, 160, 159, 158, 157, 173], lower: [7, 163, 144, 145, 153, 154, 155], crease: [247, 30, 29, 27, 28, 56, 190] } as const;
export const LEFT_EYE = { outer: 263, inner: 362, upper: [466, 388, 387, 386, 385, 384, 398], lower: [249, 390, 373, 374, 380, 381, 382], crease: [467, 260, 259, 257, 258, 286, 414] } as const;
export const MOUTH = {
  right: 78,
  left: 308,
  upper: [191, 80, 81, 82, 13, 312, 311, 310, 415],
  lower: [95, 88, 178, 87, 14, 317, 402, 318, 324],
} as const;
export const LIP_OUTLINE = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146] as const;
/** Everything that the jaw carries around the mouth, whatever its height. */
export const LOWER_LIP = [324, 318, 402, 317, 14, 87, 178, 88, 95, 375, 321, 405, 314, 17, 84, 181, 91, 146, 325, 319, 403, 316, 15, 86, 179, 89, 96, 307, 320, 404, 315, 16, 85, 180, 90, 77] as const;
export const RIGHT_BROW = { lower: [46, 53, 52, 65, 55], upper: [70, 63, 105, 66, 107] } as const;
export const MOUTH_CORNER = { right: 61, left: 291 } as const;
export const CHEEK = { right: 205, left: 425 } as const;
/** A vertex of the face's outer border, to tell that border from the holes of the eyes and the mouth. */
export const FOREHEAD_TOP = 10;

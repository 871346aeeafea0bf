/** Red, green, blue, 0…1, as displayed (sRGB-like). */
export type Colour = readonly [number, number, number];

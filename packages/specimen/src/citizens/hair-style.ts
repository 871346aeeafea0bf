export type HairStyle = 'bald' | 'balding' | 'cropped' | 'short' | 'sidePart' | 'curly' | 'afro' | 'bob' | 'long' | 'tied';

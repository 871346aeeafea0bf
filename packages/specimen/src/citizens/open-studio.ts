import type { CanonicalMesh } from './canonical-mesh.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { buildHeadTopology, type HeadTopology } from './head-topology.ts';
import { mapTexels, type TexelMap } from './map-texels.ts';

/** What all citizens of one mesh share. */
export interface Studio {
  readonly topology: HeadTopology;
  readonly texels: TexelMap;
  readonly canvases: Map<string, Canvas>;
}
const studios = new WeakMap<CanonicalMesh, Studio>();

/** The studio of a mesh: built at the first call, then kept as long as the mesh is. */
export function openStudio(mesh: CanonicalMesh): Studio {
  const known = studios.get(mesh);
  if (known !== undefined) return known;
  const topology = buildHeadTopology(mesh);
  const studio: Studio = { topology, texels: mapTexels(topology), canvases: new Map() };
  studios.set(mesh, studio);
  return studio;
}

/** A canvas of this size; rendering is synchronous, so that all citizens may share it. */
export function canvasFor(studio: Studio, width: number, height: number): Canvas {
  const key = `${width}x${height}`;
  const canvas = studio.canvases.get(key) ?? createCanvas(width, height);
  studio.canvases.set(key, canvas);
  return canvas;
}

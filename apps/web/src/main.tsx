import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Site } from './site.tsx';

const root = document.getElementById('site');
const path = window.location.pathname;
const site = (
  <StrictMode>
    <Site firstPath={path} />
  </StrictMode>
);
// The desk's document shares this piece of code and has no such place. One that was written for this address stays as it is
// and comes to life.
if (root?.dataset['page'] === path) hydrateRoot(root, site);
else if (root !== null) createRoot(root).render(site);

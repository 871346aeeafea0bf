import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Site } from './site.tsx';

const root = document.getElementById('site');
if (root === null) throw new TypeError('index.html has no #site');
createRoot(root).render(
  <StrictMode>
    <Site />
  </StrictMode>,
);

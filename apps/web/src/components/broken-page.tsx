import { Component, type ReactElement, type ReactNode } from 'react';
import { webFault } from '../faults.ts';
import { texts } from '../text/texts.ts';
import { FaultPanel } from './fault-panel.tsx';

/** Catches a programmer error, or a part of the page that could not be loaded, and offers a reload. */
export class BrokenPage extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken(): ReactElement {
  return (
    <main id="content" className="screen" data-screen="broken">
      <FaultPanel fault={webFault('PAGE_BROKEN')}>
        <a className="button button-main" href={window.location.pathname}>
          {texts.tryAgain}
        </a>
      </FaultPanel>
    </main>
  );
}

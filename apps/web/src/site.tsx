import { lazy, type ReactElement, Suspense } from 'react';
import { BrokenPage } from './components/broken-page.tsx';
import { LoadingScreen } from './components/loading-screen.tsx';
import { SiteFrame } from './components/site-frame.tsx';
import { usePath } from './navigation.tsx';
import { CounterScreen } from './screens/counter-screen.tsx';
import { HelpScreen } from './screens/help-screen.tsx';
import { NotFoundScreen } from './screens/not-found-screen.tsx';
import { WelcomeScreen } from './screens/welcome-screen.tsx';

// The first screen stays small: what enrols, shows the account or signs in is loaded when its page is opened.
const EnrolmentPage = lazy(async () => ({ default: (await import('./enrolment/enrolment-page.tsx')).EnrolmentPage }));
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }));
const AddDevicePage = lazy(async () => ({ default: (await import('./devices/add-device-page.tsx')).AddDevicePage }));
const RecoveryPage = lazy(async () => ({ default: (await import('./recovery/recovery-page.tsx')).RecoveryPage }));
const ProofsPage = lazy(async () => ({ default: (await import('./proofs/proofs-page.tsx')).ProofsPage }));
const CheckPage = lazy(async () => ({ default: (await import('./shared-proofs/check-page.tsx')).CheckPage }));
const TransparencyPage = lazy(async () => ({ default: (await import('./transparency/transparency-page.tsx')).TransparencyPage }));
const PhonePage = lazy(async () => ({ default: (await import('./sign-in/phone-page.tsx')).PhonePage }));
const ServicesPage = lazy(async () => ({ default: (await import('./services/services-page.tsx')).ServicesPage }));
const DevelopersPage = lazy(async () => ({ default: (await import('./services/developers-page.tsx')).DevelopersPage }));
const SignInPage = lazy(async () => ({ default: (await import('./sign-in/sign-in-page.tsx')).SignInPage }));

/** The site: one page per address. */
export function Site({ firstPath }: { readonly firstPath: string }): ReactElement {
  const path = usePath(firstPath);
  return (
    <SiteFrame>
      <BrokenPage key={path}>
        <Suspense fallback={<LoadingScreen />}>
          <Page path={path} />
        </Suspense>
      </BrokenPage>
    </SiteFrame>
  );
}

function Page({ path }: { readonly path: string }): ReactElement {
  if (path === '/') return <WelcomeScreen />;
  if (path === '/counter') return <CounterScreen />;
  if (path === '/help') return <HelpScreen />;
  if (path === '/enrol') return <EnrolmentPage isRecovery={false} />;
  if (path === '/recover') return <RecoveryPage />;
  if (path === '/recover/begin') return <EnrolmentPage isRecovery />;
  if (path === '/account') return <AccountPage />;
  if (path === '/add-device') return <AddDevicePage />;
  if (path === '/proofs') return <ProofsPage />;
  if (path === '/check') return <CheckPage />;
  if (path === '/transparency') return <TransparencyPage />;
  if (path === '/phone') return <PhonePage />;
  if (path === '/services') return <ServicesPage />;
  if (path === '/developers') return <DevelopersPage />;
  const interactionUid = /^\/sign-in\/([A-Za-z0-9_-]{1,64})$/.exec(path)?.[1];
  if (interactionUid !== undefined) return <SignInPage uid={interactionUid} />;
  return <NotFoundScreen />;
}

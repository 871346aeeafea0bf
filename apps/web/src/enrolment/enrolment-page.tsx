import { createBridgeChip, createRemoteChip, fetchConfiguration, type ReachedChip } from '@visavis/client';
import type { ChallengeProfile, ClientConfiguration } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { lazy, type ReactElement, Suspense, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { chipShell } from '../browser/chip-shell.ts';
import { serverNowMs } from '../browser/server-clock.ts';
import { siteServer } from '../browser/site-server.ts';
import { keepDemoPassport, lastDemoPassport } from '../demo/last-demo-passport.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { LoadingScreen } from '../components/loading-screen.tsx';
import { Screen } from '../components/screen.tsx';
import { webFault } from '../faults.ts';
import { Link, navigate } from '../navigation.tsx';
import { readPassportFields } from '../passport/passport-fields.ts';
import { PassportScreen } from '../passport/passport-screen.tsx';
import { keepReceipt } from '../receipt/last-receipt.ts';
import { texts } from '../text/texts.ts';
import { ChipScreen } from './chip-screen.tsx';
import { CitizenAttempt } from './citizen-attempt.ts';
import { ConsentScreen } from './consent-screen.tsx';
import { firstState, nextState } from './enrolment-state.ts';
import { loadLaterSteps } from './load-later-steps.ts';
import { OnMyPhone } from './on-my-phone.tsx';

const CameraScreen = lazy(async () => ({ default: (await loadLaterSteps()).CameraScreen }));
const PasskeyScreen = lazy(async () => ({ default: (await loadLaterSteps()).PasskeyScreen }));
const ReceiptNotice = lazy(async () => ({ default: (await loadLaterSteps()).ReceiptNotice }));
const RecoveryWaitsScreen = lazy(async () => ({ default: (await loadLaterSteps()).RecoveryWaitsScreen }));
const ResultScreen = lazy(async () => ({ default: (await loadLaterSteps()).ResultScreen }));
const WithdrawnScreen = lazy(async () => ({ default: (await loadLaterSteps()).WithdrawnScreen }));

/** The face door: checks that this browser can go through it, then one screen after the other. Also the way back in for who lost their devices. */
export function EnrolmentPage({ isRecovery }: { readonly isRecovery: boolean }): ReactElement {
  const [configuration, setConfiguration] = useState<ClientConfiguration>();
  const [fault, setFault] = useState<PublicFault | undefined>(missingInBrowser);
  const load = useCallback(async () => {
    const loaded = await fetchConfiguration(siteServer);
    if (loaded.ok) setConfiguration(loaded.value);
    setFault(loaded.ok ? undefined : loaded.fault);
  }, []);
  const isUsable = missingInBrowser() === undefined;
  useEffect(() => {
    if (isUsable) void (async () => load())();
  }, [isUsable, load]);

  if (fault !== undefined)
    return (
      <Screen name="unavailable" title={texts.consent.title}>
        <FaultPanel fault={fault}>
          {isUsable && (
            <ActionButton weight="main" onPress={() => void load()}>
              {texts.tryAgain}
            </ActionButton>
          )}
          <Link href="/counter">{texts.result.counter}</Link>
        </FaultPanel>
        <OnMyPhone />
      </Screen>
    );
  if (configuration === undefined) return <Screen name="loading" title={texts.consent.title} lede={texts.loading} />;
  return (
    <Suspense fallback={<LoadingScreen />}>
      <Enrolment configuration={configuration} isRecovery={isRecovery} />
    </Suspense>
  );
}

/** Better said now than after the passport and the camera. */
function missingInBrowser(): PublicFault | undefined {
  // The newest that the site's own code needs; older ones also lack more.
  if (typeof Promise.withResolvers !== 'function') return webFault('BROWSER_TOO_OLD');
  if (typeof PublicKeyCredential === 'undefined') return webFault('BROWSER_NO_PASSKEY');
  if (typeof navigator.mediaDevices === 'undefined') return webFault('CAMERA_UNSUPPORTED');
  return undefined;
}

function Enrolment({ configuration, isRecovery }: { readonly configuration: ClientConfiguration; readonly isRecovery: boolean }): ReactElement {
  const [state, tell] = useReducer(nextState, { ...firstState, ...(isRecovery && lastDemoPassport()) });
  const attempt = useRef<CitizenAttempt>(undefined);
  const [isStarting, setIsStarting] = useState(false);
  const [stream, setStream] = useState<MediaStream>();
  const [readyAt, setReadyAt] = useState<string>();
  const today = localToday();
  useEffect(() => () => attempt.current?.withdraw(), []);

  const readChip = async (isRenewal = state.isRenewal) => {
    const { access } = readPassportFields(state.fields, today);
    if (access === undefined) {
      tell({ type: 'backToPassport' });
      return;
    }
    const reach = wayToChip(configuration.specimenStateUrl, state.demoChip?.chipId);
    if (reach === undefined) {
      tell({ type: 'attemptStarted' });
      tell({ type: 'failed', fault: webFault('CHIP_NOT_REACHABLE') });
      return;
    }
    const document = { access, reach };
    // The same sealed room gives the chip several tries; only when it is gone a new one is asked for.
    if (attempt.current?.isRenewal === isRenewal && attempt.current.readChipAgain(document)) return;
    attempt.current?.withdraw();
    const started: CitizenAttempt = new CitizenAttempt({
      operatorKey: configuration.operatorKey,
      logKey: configuration.logKey,
      isRenewal,
      isRecovery,
      consent: { textVersion: texts.consent.version, language: texts.language },
      document,
      profile: state.profile,
      // What an attempt that was given up still has to say is not about the one on the screen.
      tell: (event) => {
        if (attempt.current === started) tell(event);
      },
      showCamera: setStream,
    });
    attempt.current = started;
    const ended = await started.run();
    if (ended === undefined) return;
    keepReceipt(ended.receipt);
    if (ended.started === undefined) navigate('/account');
    else setReadyAt(ended.started.readyAt);
  };
  const startCamera = async () => {
    setIsStarting(true);
    await attempt.current?.startCamera();
    setIsStarting(false);
  };
  const retryCapture = async () => {
    setIsStarting(true);
    await attempt.current?.captureAgain();
    setIsStarting(false);
  };
  const chooseProfile = (profile: ChallengeProfile) => {
    attempt.current?.chooseProfile(profile);
    tell({ type: 'profileChosen', profile });
  };
  const createPasskey = () => {
    tell({ type: 'passkeyWanted' });
    attempt.current?.createPasskey();
  };
  const renew = () => {
    tell({ type: 'renewalChosen', isRenewal: true });
    void readChip(true);
  };
  const withdraw = () => {
    attempt.current?.withdraw();
    tell({ type: 'withdrawn' });
  };

  const receipt = state.receipt !== undefined && (
    <Suspense>
      <ReceiptNotice receipt={state.receipt} keys={configuration} />
    </Suspense>
  );
  if (readyAt !== undefined) return <RecoveryWaitsScreen readyAt={readyAt}>{receipt}</RecoveryWaitsScreen>;
  switch (state.screen) {
    case 'consent':
      return <ConsentScreen consent={state.consent} onGiven={(which, given) => tell({ type: 'consentGiven', which, given })} onNext={() => tell({ type: 'consentConfirmed' })} />;
    case 'passport':
      return (
        <PassportScreen
          fields={state.fields}
          demoChip={state.demoChip}
          specimenStateUrl={configuration.specimenStateUrl}
          today={today}
          isRecovery={isRecovery}
          isRenewal={state.isRenewal}
          onRenewal={(isRenewal) => tell({ type: 'renewalChosen', isRenewal })}
          onFields={(fields) => tell({ type: 'fieldsTyped', fields })}
          onDemoPassport={(chip, fields) => {
            keepDemoPassport({ demoChip: chip, fields });
            tell({ type: 'demoPassportMade', chip, fields });
          }}
          onRead={() => void readChip()}
        />
      );
    case 'chip':
      return (
        <ChipScreen step={state.chipStep} queue={state.queue} fault={state.fault} onRetry={() => void readChip()} onCheckDetails={() => tell({ type: 'backToPassport' })} onWithdraw={withdraw}>
          {receipt}
        </ChipScreen>
      );
    case 'camera':
      return (
        <CameraScreen
          capture={state.capture}
          stream={stream}
          fault={state.fault}
          triesLeft={state.triesLeft}
          isStarting={isStarting}
          profile={state.profile}
          onProfile={chooseProfile}
          onStartCamera={() => void startCamera()}
          onReady={() => attempt.current?.confirmReady()}
          onStopLight={() => attempt.current?.stopLight()}
          onRetry={() => void (state.isOver ? readChip() : retryCapture())}
          onWithdraw={withdraw}
        >
          {receipt}
        </CameraScreen>
      );
    case 'result':
      return (
        <ResultScreen isRenewal={state.isRenewal} outcome={state.outcome?.outcome ?? 'reject'} reasons={state.outcome?.reasons ?? []} onCreatePasskey={createPasskey} onStartOver={() => void readChip()} onDetails={() => tell({ type: 'backToPassport' })}>
          {receipt}
        </ResultScreen>
      );
    case 'passkey':
      return (
        <PasskeyScreen isRenewal={state.isRenewal} onRenew={renew} phase={state.passkeyPhase} fault={state.fault} canCreate={!state.isOver} onCreate={() => attempt.current?.createPasskey()} onStartOver={() => void readChip()}>
          {receipt}
        </PasskeyScreen>
      );
    case 'withdrawn':
      return <WithdrawnScreen onAgain={() => tell({ type: 'startedAgain' })}>{receipt}</WithdrawnScreen>;
    default:
      return state.screen satisfies never;
  }
}

/** A passport of the made-up state answers there; any other before the phone that this page runs in, where it can read one. */
function wayToChip(specimenStateUrl: string | undefined, demoChipId: string | undefined): (() => ReachedChip) | undefined {
  if (specimenStateUrl !== undefined && demoChipId !== undefined) return () => createRemoteChip(new WebSocket(chipUrl(specimenStateUrl, demoChipId)));
  const shell = chipShell();
  return shell && (() => createBridgeChip(shell, texts.chip.hold));
}

/** One connection is one presence of the chip in the reader's field. */
function chipUrl(specimenStateUrl: string, chipId: string): string {
  const url = new URL(`chips/${encodeURIComponent(chipId)}`, specimenStateUrl.endsWith('/') ? specimenStateUrl : `${specimenStateUrl}/`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** The calendar day where the citizen is, `YYYY-MM-DD`. */
function localToday(): string {
  const now = new Date(serverNowMs());
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

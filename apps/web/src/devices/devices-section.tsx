import { addDevice, confirmAct, endDeviceTicket, fetchDevices, nameDevice, startDeviceTicket } from '@visavis/client';
import type { AccountAct, DeviceOverview } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { DeviceRow } from './device-row.tsx';
import { DeviceTicket } from './device-ticket.tsx';
import { ProtectionSection } from './protection-section.tsx';
import { useActs } from './use-acts.ts';

/** How often the known device looks how far the new one is. */
const LOOK_EVERY_MS = 2000;

interface DevicesSectionProps {
  /** Something was done that may have ended this session, or frozen the identity or thawed it. */
  readonly onChanged: () => void;
}

/** The citizen's devices, and what they stop. For browser tests: `data-devices`. */
export function DevicesSection({ onChanged }: DevicesSectionProps): ReactElement {
  const [overview, setOverview] = useState<DeviceOverview>();
  const [unreachable, setUnreachable] = useState<PublicFault>();
  const [code, setCode] = useState<string>();
  const { busy, fault, said, act } = useActs();
  const t = laterTexts.devices;

  const load = useCallback(async (): Promise<DeviceOverview | undefined> => {
    const fetched = await fetchDevices(siteServer);
    setUnreachable(fetched.ok ? undefined : fetched.fault);
    if (!fetched.ok) return undefined;
    setOverview(fetched.value);
    return fetched.value;
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);
  const ticket = overview?.ticket?.state === 'added' ? undefined : overview?.ticket;
  const isOnItsWay = ticket !== undefined;
  useEffect(() => {
    if (!isOnItsWay) return undefined;
    const timer = setInterval(() => void load(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOnItsWay, load]);

  const changed = async () => {
    await load();
    onChanged();
  };
  const confirmed = (wanted: AccountAct, done: string) =>
    act(async () => {
      const confirmedAct = await confirmAct(siteServer, browserPasskeys, wanted);
      if (!confirmedAct.ok) return confirmedAct.fault;
      await changed();
      return undefined;
    }, done);
  const rename = (deviceId: string, name: string) =>
    act(async () => {
      const renamed = await nameDevice(siteServer, deviceId, name);
      if (!renamed.ok) return renamed.fault;
      await load();
      return undefined;
    }, t.named);
  const start = () =>
    act(async () => {
      const started = await startDeviceTicket(siteServer, browserPasskeys);
      if (!started.ok) return started.fault;
      setCode(started.value);
      await load();
      return undefined;
    });
  const letIn = (waiting: NonNullable<DeviceOverview['ticket']>) =>
    act(async () => {
      const added = await addDevice(siteServer, browserPasskeys, waiting);
      if (!added.ok) return added.fault;
      setCode(undefined);
      await load();
      return undefined;
    }, t.nowAdded);
  const stop = () =>
    act(async () => {
      const ended = await endDeviceTicket(siteServer);
      if (!ended.ok) return ended.fault;
      setCode(undefined);
      await load();
      return undefined;
    }, t.stopped);

  const devices = (
    <section className="sheet" aria-labelledby="account-devices" data-devices={overview?.devices.length}>
      <h2 id="account-devices">{t.title}</h2>
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {(fault ?? unreachable) !== undefined && <FaultPanel fault={(fault ?? unreachable)!} />}
      {overview === undefined ? (
        <p>{texts.loading}</p>
      ) : (
        <>
          <ul className="rows">
            {overview.devices.map((device, i) => (
              <DeviceRow
                key={device.deviceId}
                device={device}
                place={i + 1}
                isOnly={overview.devices.length === 1}
                isBusy={busy}
                onName={(name) => void rename(device.deviceId, name)}
                onLock={(until) => void confirmed({ kind: 'lock', target: device.deviceId, ...(until !== undefined && { until }) }, t.nowLocked)}
                onUnlock={() => void confirmed({ kind: 'unlock', target: device.deviceId }, t.nowUnlocked)}
                onRemove={() => void confirmed({ kind: 'removeDevice', deviceId: device.deviceId }, t.nowRemoved)}
              />
            ))}
          </ul>
          {ticket !== undefined ? (
            <DeviceTicket ticket={ticket} code={code} isBusy={busy} onConfirm={() => void letIn(ticket)} onStop={() => void stop()} />
          ) : (
            !overview.isFrozen && (
              <div className="actions">
                <ActionButton isPending={busy} onPress={() => void start()}>
                  {t.add}
                </ActionButton>
              </div>
            )
          )}
        </>
      )}
    </section>
  );
  return (
    <>
      {devices}
      {overview !== undefined && <ProtectionSection overview={overview} onChanged={changed} />}
    </>
  );
}

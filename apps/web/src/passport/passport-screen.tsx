import { type FormEvent, lazy, type ReactElement, Suspense, useState } from 'react';
import { chipShell } from '../browser/chip-shell.ts';
import { ActionButton } from '../components/action-button.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { Screen } from '../components/screen.tsx';
import { StepList } from '../components/step-list.tsx';
import { TextBox } from '../components/text-box.tsx';
import type { DemoChip } from '../enrolment/enrolment-state.ts';
import { texts } from '../text/texts.ts';
import { DateBoxes } from './date-boxes.tsx';
import { type PassportFieldName, type PassportFields, readPassportFields } from './passport-fields.ts';
import { PassportPicture } from './passport-picture.tsx';

// Loaded in the demonstration only.
const DemoPassportMaker = lazy(async () => ({ default: (await import('../demo/demo-passport-maker.tsx')).DemoPassportMaker }));

interface PassportScreenProps {
  readonly fields: PassportFields;
  readonly demoChip: DemoChip | undefined;
  /** Present in the demo only. */
  readonly specimenStateUrl: string | undefined;
  readonly today: string;
  /** The citizen says that they have an identity already. */
  /** Nothing is renewed: the devices are lost. */
  readonly isRecovery: boolean;
  readonly isRenewal: boolean;
  readonly onRenewal: (isRenewal: boolean) => void;
  readonly onFields: (fields: PassportFields) => void;
  readonly onDemoPassport: (chip: DemoChip, fields: PassportFields) => void;
  readonly onRead: () => void;
}

/** Three typed details; in the demo, first the offer of a passport made on the spot. */
export function PassportScreen({ fields, demoChip, specimenStateUrl, today, isRecovery, isRenewal, onRenewal, onFields, onDemoPassport, onRead }: PassportScreenProps): ReactElement {
  // In the demo nobody comes with a passport whose chip could be read here, except with a phone around the page; who typed one all the same comes back to it.
  const [making, setMaking] = useState(specimenStateUrl !== undefined && demoChip === undefined && chipShell() === undefined && fields.documentNumber === '');
  const t = texts.passport;
  const made = (chip: DemoChip, minted: PassportFields) => {
    setMaking(false);
    onDemoPassport(chip, minted);
  };
  return (
    <Screen name="passport" title={t.title} {...(!making && { lede: t.lede })}>
      <StepList now="passport" />
      {specimenStateUrl !== undefined && making && (
        <Suspense fallback={<output>{texts.loading}</output>}>
          <DemoPassportMaker specimenStateUrl={specimenStateUrl} today={today} onMade={made} onClose={() => setMaking(false)} />
        </Suspense>
      )}
      {specimenStateUrl !== undefined && !making && demoChip === undefined && (
        <section className="sheet">
          <h2>{texts.demo.title}</h2>
          <p>{texts.demo.words}</p>
          <div className="actions">
            <ActionButton weight="main" onPress={() => setMaking(true)}>
              {texts.demo.open}
            </ActionButton>
          </div>
        </section>
      )}
      {demoChip !== undefined && !making && (
        <div className="notice notice-good">
          <output>{t.chipReady(demoChip.holder)}</output>
          <div className="actions">
            <ActionButton weight="quiet" onPress={() => setMaking(true)}>
              {t.another}
            </ActionButton>
          </div>
        </div>
      )}
      {!making && <DetailsForm key={demoChip?.chipId ?? 'typed'} isFilledIn={demoChip !== undefined} fields={fields} today={today} isRecovery={isRecovery} isRenewal={isRenewal} onRenewal={onRenewal} onFields={onFields} onRead={onRead} />}
    </Screen>
  );
}

function DetailsForm({ isFilledIn, fields, today, isRecovery, isRenewal, onRenewal, onFields, onRead }: Pick<PassportScreenProps, 'fields' | 'today' | 'isRecovery' | 'isRenewal' | 'onRenewal' | 'onFields' | 'onRead'> & { readonly isFilledIn: boolean }): ReactElement {
  const t = texts.passport;
  // A field is judged once left, not while it is typed; what is right is confirmed at once.
  const [left, setLeft] = useState<Readonly<Partial<Record<PassportFieldName, boolean>>>>({});
  const [now, setNow] = useState<PassportFieldName>();
  const [pressedTooEarly, setPressedTooEarly] = useState(false);
  const reading = readPassportFields(fields, today);
  const leave = (field: PassportFieldName) => {
    setNow(undefined);
    setLeft((before) => ({ ...before, [field]: true }));
  };
  const problemOf = (field: PassportFieldName) => {
    const problem = reading.problems[field];
    return problem !== undefined && left[field] === true ? t.problems[problem] : undefined;
  };
  const confirmationOf = (field: PassportFieldName) => reading.problems[field] === undefined && <span className="field-good">✓ {t.good}</span>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reading.access === undefined) {
      setLeft({ documentNumber: true, dateOfBirth: true, dateOfExpiry: true });
      setPressedTooEarly(true);
      return;
    }
    onRead();
  };
  return (
    <form className="sheet" onSubmit={submit} noValidate autoComplete="off">
      {/* Nobody has to look for what the made-up state filled in. */}
      {!isFilledIn && <PassportPicture now={now} />}
      <div>
        <TextBox
          label={t.documentNumber}
          help={t.documentNumberHelp}
          value={fields.documentNumber}
          onChange={(documentNumber) => onFields({ ...fields, documentNumber })}
          onFocus={() => setNow('documentNumber')}
          onBlur={() => leave('documentNumber')}
          problem={problemOf('documentNumber')}
          code
          maxLength={30}
        />
        {confirmationOf('documentNumber')}
      </div>
      {(['dateOfBirth', 'dateOfExpiry'] as const).map((field) => (
        <DateBoxes
          key={field}
          label={t[field]}
          help={field === 'dateOfBirth' ? t.birthHelp : t.expiryHelp}
          value={fields[field]}
          onChange={(date) => onFields({ ...fields, [field]: date })}
          onFocus={() => setNow(field)}
          onDone={() => leave(field)}
          problem={problemOf(field)}
          confirmation={confirmationOf(field)}
        />
      ))}
      {!isRecovery && <CheckRow label={texts.renewal.choice.label} words={texts.renewal.choice.words} given={isRenewal} onChange={onRenewal} />}
      {pressedTooEarly && reading.access === undefined && (
        <p className="field-error" role="alert">
          {t.fix}
        </p>
      )}
      <div className="actions">
        <ActionButton weight="main" type="submit">
          {t.next}
        </ActionButton>
      </div>
    </form>
  );
}

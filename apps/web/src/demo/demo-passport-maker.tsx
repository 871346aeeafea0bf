import type { PublicFault, Result } from '@visavis/kernel';
import { type ChangeEvent, type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { CameraPreview } from '../camera/camera-preview.tsx';
import { type OpenCamera, openCamera } from '../camera/open-camera.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { TextBox } from '../components/text-box.tsx';
import type { DemoChip } from '../enrolment/enrolment-state.ts';
import { DateBoxes } from '../passport/date-boxes.tsx';
import { type PassportFields, readDate, readPassportFields, type TypedDate } from '../passport/passport-fields.ts';
import { texts } from '../text/texts.ts';
import { type DemoHolder, mintDemoPassport } from './mint-demo-passport.ts';
import { toMrzName } from './mrz-name.ts';
import { PhotoPicture } from './photo-picture.tsx';
import { photoFromCamera, photoFromFile } from './photo-of-oneself.ts';

interface DemoPassportMakerProps {
  readonly specimenStateUrl: string;
  readonly today: string;
  readonly onMade: (chip: DemoChip, fields: PassportFields) => void;
  readonly onClose: () => void;
}

const SEXES = ['unspecified', 'female', 'male'] as const;

/** The made-up state's passport office: a picture of oneself, a name, a birth date. Demo only. */
export function DemoPassportMaker({ specimenStateUrl, today, onMade, onClose }: DemoPassportMakerProps): ReactElement {
  const t = texts.demo;
  const [photo, setPhoto] = useState<Blob>();
  const [familyName, setFamilyName] = useState('');
  const [givenNames, setGivenNames] = useState('');
  const [birth, setBirth] = useState<TypedDate>({ day: '', month: '', year: '' });
  const [sex, setSex] = useState<DemoHolder['sex']>('unspecified');
  const [asked, setAsked] = useState(false);
  const [issuing, setIssuing] = useState(false);
  const [fault, setFault] = useState<PublicFault>();

  const printedFamilyName = toMrzName(familyName);
  const printedGivenNames = toMrzName(givenNames);
  // The passport's own rules for a birth date; its other two fields come from the state.
  const dateOfBirth = readDate(birth);
  const birthProblem = readPassportFields({ documentNumber: '', dateOfBirth: birth, dateOfExpiry: birth }, today).problems.dateOfBirth;

  const issue = async () => {
    setAsked(true);
    if (photo === undefined || printedFamilyName === undefined || printedGivenNames === undefined || birthProblem !== undefined || 'problem' in dateOfBirth) return;
    setIssuing(true);
    setFault(undefined);
    const minted = await mintDemoPassport(specimenStateUrl, { photo, familyName: printedFamilyName, givenNames: printedGivenNames, dateOfBirth: dateOfBirth.iso, sex }, today);
    setIssuing(false);
    if (minted.ok) onMade({ chipId: minted.value.chipId, holder: `${givenNames.trim()} ${familyName.trim()}` }, minted.value.fields);
    else setFault(minted.fault);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void issue();
  };
  const nameHelp = (printed: string | undefined) => (printed === undefined ? undefined : t.nameHelp(printed));
  const nameProblem = (printed: string | undefined) => (asked && printed === undefined ? t.nameProblem : undefined);
  return (
    <form className="sheet" onSubmit={submit} noValidate autoComplete="off" aria-label={t.title}>
      <h2>{t.title}</h2>
      <p>{t.words}</p>
      <PhotoChoice photo={photo} onPhoto={setPhoto} onFault={setFault} />
      {asked && photo === undefined && (
        <p className="field-error" role="alert">
          {t.photoMissing}
        </p>
      )}
      <div className="two-fields">
        <TextBox label={t.givenNames} value={givenNames} onChange={setGivenNames} help={nameHelp(printedGivenNames)} problem={nameProblem(printedGivenNames)} maxLength={40} />
        <TextBox label={t.familyName} value={familyName} onChange={setFamilyName} help={nameHelp(printedFamilyName)} problem={nameProblem(printedFamilyName)} maxLength={40} />
      </div>
      <DateBoxes label={texts.passport.dateOfBirth} help={texts.passport.birthHelp} value={birth} onChange={setBirth} problem={asked && birthProblem !== undefined ? texts.passport.problems[birthProblem] : undefined} />
      <label className="field">
        <span className="field-label">{t.sex}</span>
        <select className="input" value={sex} onChange={(event) => setSex(SEXES.find((known) => known === event.target.value) ?? 'unspecified')}>
          {SEXES.map((known) => (
            <option key={known} value={known}>
              {t.sexes[known]}
            </option>
          ))}
        </select>
      </label>
      {fault !== undefined && <FaultPanel fault={fault} />}
      <div className="actions">
        <ActionButton weight="main" type="submit" isPending={issuing}>
          {issuing ? t.issuing : t.issue}
        </ActionButton>
        <ActionButton weight="quiet" onPress={onClose}>
          {t.cancel}
        </ActionButton>
      </div>
    </form>
  );
}

interface PhotoChoiceProps {
  readonly photo: Blob | undefined;
  readonly onPhoto: (photo: Blob | undefined) => void;
  readonly onFault: (fault: PublicFault | undefined) => void;
}

function PhotoChoice({ photo, onPhoto, onFault }: PhotoChoiceProps): ReactElement {
  const t = texts.demo;
  const [camera, setCamera] = useState<OpenCamera>();
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  useEffect(() => () => camera?.stop(), [camera]);

  const open = async () => {
    onFault(undefined);
    const opened = await openCamera();
    if (!opened.ok) onFault(opened.fault);
    else if (here.current) setCamera(opened.value);
    else opened.value.stop();
  };
  const take = (taken: Result<Blob, PublicFault>) => {
    onFault(taken.ok ? undefined : taken.fault);
    if (!taken.ok) return;
    setCamera(undefined);
    onPhoto(taken.value);
  };
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file may be chosen again after a fault.
    event.target.value = '';
    if (file !== undefined) take(await photoFromFile(file));
  };
  return (
    <div className="photo-choice">
      <div className="photo-frame">
        {camera !== undefined && <CameraPreview stream={camera.stream} />}
        {camera === undefined && photo !== undefined && <PhotoPicture photo={photo} label={t.photoTaken} />}
        {camera === undefined && photo === undefined && <span>{t.nobody}</span>}
      </div>
      <div className="field">
        <h3>{t.photoTitle}</h3>
        <p className="field-help">{t.photoHelp}</p>
        <div className="actions">
          {camera === undefined ? (
            <>
              <ActionButton onPress={() => void open()}>{photo === undefined ? t.openCamera : t.retake}</ActionButton>
              <label className="button file-button">
                {t.uploadPhoto}
                <input type="file" accept="image/jpeg,image/png,image/webp" aria-label={t.uploadPhoto} onChange={(event) => void choose(event)} />
              </label>
            </>
          ) : (
            <ActionButton weight="main" onPress={() => void (async () => take(await photoFromCamera(camera)))()}>
              {t.takePicture}
            </ActionButton>
          )}
        </div>
      </div>
    </div>
  );
}

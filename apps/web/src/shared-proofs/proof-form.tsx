import { type ProofAttribute, proofValidity, shareProof, type ShareProof, type SharedProofs } from '@visavis/contract';
import { type FormEvent, type ReactElement, useState } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { ArrivingHeading } from '../components/arriving-heading.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { RadioChoice } from '../components/radio-choice.tsx';
import { TextBox } from '../components/text-box.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { attributeValue } from './attribute-value.ts';

const MAX_WORDS_LENGTH = 60;
const VIEWS = [1, 3, 10] as const;

interface ProofFormProps {
  readonly offered: SharedProofs['offered'];
  readonly isBusy: boolean;
  readonly onMake: (asked: Omit<ShareProof, 'kind' | 'tokenHash' | 'publicKey'>) => void;
  readonly onCancel: () => void;
}

/** What a proof shows, to whom, for what, how long and how often. Nothing is ticked for the citizen. */
export function ProofForm({ offered, isBusy, onMake, onCancel }: ProofFormProps): ReactElement {
  const [chosen, setChosen] = useState<readonly ProofAttribute[]>([]);
  const [recipient, setRecipient] = useState('');
  const [purpose, setPurpose] = useState('');
  const [validFor, setValidFor] = useState<ShareProof['validFor']>('day');
  const [views, setViews] = useState<(typeof VIEWS)[number]>(1);
  const [isTried, setIsTried] = useState(false);
  const t = laterTexts.sharedProofs;
  const typed = { recipient: shareProof.shape.recipient.safeParse(tidy(recipient)), purpose: shareProof.shape.purpose.safeParse(tidy(purpose)) };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (chosen.length > 0 && typed.recipient.success && typed.purpose.success) onMake({ attributes: [...chosen], recipient: typed.recipient.data, purpose: typed.purpose.data, validFor, views });
  };
  return (
    <form className="sub-form" onSubmit={submit} noValidate>
      <ArrivingHeading>{t.formTitle}</ArrivingHeading>
      <fieldset className="field choice">
        <legend>{t.which}</legend>
        <p className="field-help">{t.whichHelp}</p>
        {offered.map((each) => (
          <CheckRow
            key={each.attribute}
            label={t.attributes[each.attribute]}
            words={attributeValue(each)}
            given={chosen.includes(each.attribute)}
            onChange={(given) => setChosen(given ? [...chosen, each.attribute] : chosen.filter((other) => other !== each.attribute))}
          />
        ))}
        {isTried && chosen.length === 0 && (
          <p className="field-error" role="alert">
            {t.nothingChosen}
          </p>
        )}
      </fieldset>
      <TextBox label={t.recipient} help={t.recipientHelp} value={recipient} onChange={setRecipient} problem={isTried && !typed.recipient.success ? t.wordsProblem : undefined} maxLength={MAX_WORDS_LENGTH} />
      <TextBox label={t.purpose} help={t.purposeHelp} value={purpose} onChange={setPurpose} problem={isTried && !typed.purpose.success ? t.wordsProblem : undefined} maxLength={MAX_WORDS_LENGTH} />
      <RadioChoice legend={t.validFor} options={proofValidity.options.map((value) => ({ value, label: t.validities[value] }))} chosen={validFor} onChoose={setValidFor} />
      <RadioChoice legend={t.views} options={VIEWS.map((value) => ({ value, label: t.viewsChoice(value) }))} chosen={views} onChoose={setViews} />
      <div className="actions">
        <ActionButton weight="main" type="submit" isPending={isBusy}>
          {t.confirm}
        </ActionButton>
        <ActionButton isDisabled={isBusy} onPress={onCancel}>
          {t.cancel}
        </ActionButton>
      </div>
    </form>
  );
}

/** Spaces more or less are no mistake of anybody's. */
const tidy = (words: string): string => words.trim().replaceAll(/\s+/g, ' ').normalize('NFC');

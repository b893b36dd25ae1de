import { ErrorReason } from '@kelp/contract-template';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const invalidTranslations = (violations: FieldViolation[]) =>
  refuse.invalidArgument('INVALID_TRANSLATIONS', 'The translations do not fit the draft.', { violations });

export const localizationNotFound = (template: string, language: string) =>
  refuse.notFound('LOCALIZATION_NOT_FOUND', `Template "${template}" has no language "${language}".`, {
    metadata: { template, language },
  });

export const tooManyLanguages = (languagesMax: number) =>
  refuse.failedPrecondition('TOO_MANY_LANGUAGES', `A template has at most ${languagesMax} languages.`, {
    metadata: { languagesMax: String(languagesMax) },
  });

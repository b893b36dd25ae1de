import type {
  DeleteLocalizationRequest,
  ExportTranslationsRequest,
  ExportTranslationsResponse,
  ImportTranslationsRequest,
  ListLocalizationsRequest,
  ListLocalizationsResponse,
  ListTranslationKeysRequest,
  ListTranslationKeysResponse,
  Localization,
  TranslationKey,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { codecOf } from '../localization/formats.js';
import { PSEUDO, pseudo, textsOf, translationProblem } from '../localization/texts.js';
import { FormatError } from '../localization/translated.js';
import { invalidTranslations, localizationNotFound, tooManyLanguages } from './localization.errors.js';
import { LocalizationRepository, type StoredLocalization } from './localization.repository.js';
import { invalidFields } from './template.errors.js';
import { partsOf, type TemplateId, templateName } from './template.names.js';
import { TemplateRepository } from './template.repository.js';

const LANGUAGES_MAX = 100;
const VIOLATIONS_MAX = 100;

/** Drafts in other languages. */
@Injectable()
export class LocalizationService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly localizations: LocalizationRepository,
  ) {}

  async keys({ parent }: ListTranslationKeysRequest): Promise<ListTranslationKeysResponse> {
    return { keys: await this.texts(partsOf(templateName, parent, 'parent')) };
  }

  async list({ parent }: ListLocalizationsRequest): Promise<ListLocalizationsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    const texts = await this.texts(id);
    const stored = await this.localizations.list(id);
    return { localizations: stored.map((one) => toLocalization(one, texts)) };
  }

  /** @throws TEMPLATE_NOT_FOUND, INVALID_FIELDS, INVALID_TRANSLATIONS, TOO_MANY_LANGUAGES */
  async import({ parent, language, format, content }: ImportTranslationsRequest): Promise<Localization> {
    const id = partsOf(templateName, parent, 'parent');
    const canonical = canonicalLanguage(language);
    const texts = await this.texts(id);
    const sources = new Map(texts.map(({ key, text }) => [key, text]));
    const violations = [];
    const translations: [string, [string, string]][] = [];
    for (const [key, target] of parsed(format, content)) {
      if (target === '') continue;
      const source = sources.get(key);
      const problem = source === undefined ? 'is not a text of the draft' : translationProblem(source, target);
      if (problem) violations.push({ field: key.slice(0, 100), description: problem });
      else translations.push([key, [source!, target]]);
    }
    if (violations.length > 0) throw invalidTranslations(violations.slice(0, VIOLATIONS_MAX));
    const others = (await this.localizations.list(id)).filter((one) => one.language !== canonical);
    if (others.length >= LANGUAGES_MAX) throw tooManyLanguages(LANGUAGES_MAX);
    return toLocalization(await this.localizations.put(id, canonical, Object.fromEntries(translations)), texts);
  }

  async export({ parent, language, format }: ExportTranslationsRequest): Promise<ExportTranslationsResponse> {
    const id = partsOf(templateName, parent, 'parent');
    const texts = await this.texts(id);
    const canonical = canonicalLanguage(language);
    const stored = (await this.localizations.list(id)).find((one) => one.language === canonical);
    const targetOf = ({ key, text }: TranslationKey) =>
      canonical === PSEUDO ? pseudo(text) : (ownValue(stored?.translations, key)?.[1] ?? '');
    const translated = texts.map((one) => ({ key: one.key, source: one.text, target: targetOf(one) }));
    return { content: codecOf(format).print(translated, canonical) };
  }

  /** @throws LOCALIZATION_NOT_FOUND */
  async delete({ parent, language }: DeleteLocalizationRequest): Promise<void> {
    const id = partsOf(templateName, parent, 'parent');
    if (!(await this.localizations.delete(id, canonicalLanguage(language))))
      throw localizationNotFound(parent, language);
  }

  private async texts(id: TemplateId): Promise<TranslationKey[]> {
    return textsOf((await this.templates.get(id)).draft!);
  }
}

const ownValue = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

function toLocalization(
  { language, translations, updateTime }: StoredLocalization,
  texts: TranslationKey[],
): Localization {
  const missing = texts.filter(({ key }) => !ownValue(translations, key));
  const stale = texts.filter(({ key, text }) => {
    const translated = ownValue(translations, key);
    return translated !== undefined && translated[0] !== text;
  });
  return {
    language,
    translated: texts.length - missing.length,
    missingKeys: missing.map(({ key }) => key),
    staleKeys: stale.map(({ key }) => key),
    updateTime,
  };
}

/** `pt-br` is `pt-BR`. @throws INVALID_FIELDS where it is no language */
export function canonicalLanguage(language: string, field = 'language'): string {
  try {
    return Intl.getCanonicalLocales(language)[0]!;
  } catch {
    throw invalidFields([{ field, description: 'must be a language, as BCP 47 writes it' }]);
  }
}

function parsed(format: ImportTranslationsRequest['format'], content: string): Map<string, string> {
  try {
    return codecOf(format).parse(content);
  } catch (error) {
    if (error instanceof FormatError) throw invalidTranslations([{ field: 'content', description: error.message }]);
    throw error;
  }
}

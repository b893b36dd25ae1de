import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { templateArchived, templateNotFound } from './template.errors.js';
import { type TemplateId, templateName } from './template.names.js';
import { keyOf } from './template.repository.js';

/** Translations by their keys: the text as it was when it was translated, and what it says. */
export type Translations = Readonly<Record<string, readonly [source: string, target: string]>>;

export interface StoredLocalization {
  readonly language: string;
  readonly translations: Translations;
  readonly updateTime: Date;
}

/** Drafts in other languages. */
@Injectable()
export class LocalizationRepository {
  constructor(private readonly database: Database) {}

  /** Sorted by language. */
  async list(id: TemplateId): Promise<StoredLocalization[]> {
    const rows = await this.database.client.templateLocalization.findMany({
      where: { templateId: id.template, template: keyOf(id) },
      orderBy: { language: 'asc' },
    });
    return rows.map(({ language, translations, updateTime }) => ({
      language,
      translations: translations as unknown as Translations,
      updateTime,
    }));
  }

  /** Puts a language in the place of what it was. @throws TEMPLATE_NOT_FOUND, TEMPLATE_ARCHIVED */
  async put(id: TemplateId, language: string, translations: Translations): Promise<StoredLocalization> {
    const updateTime = new Date();
    const values = { translations: translations as object, updateTime };
    return this.database.transaction(async (transaction) => {
      const found = await transaction.template.findFirst({ where: keyOf(id), select: { archiveTime: true } });
      if (!found) throw templateNotFound(templateName.format(id));
      if (found.archiveTime) throw templateArchived(templateName.format(id));
      await transaction.templateLocalization.upsert({
        where: { templateId_language: { templateId: id.template, language } },
        create: { templateId: id.template, language, ...values },
        update: values,
      });
      return { language, translations, updateTime };
    });
  }

  /** Whether there was such a language. */
  async delete(id: TemplateId, language: string): Promise<boolean> {
    const { count } = await this.database.client.templateLocalization.deleteMany({
      where: { templateId: id.template, language, template: keyOf(id) },
    });
    return count > 0;
  }
}

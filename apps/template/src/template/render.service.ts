import type { RenderRequest, RenderResponse } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { fallbacksOf } from '../localization/texts.js';
import { merge } from '../rendering/merge.js';
import type { MergeProgram } from '../rendering/merge-program.js';
import { ProgramCache } from '../rendering/program-cache.js';
import { canonicalLanguage } from './localization.service.js';
import { notPublished } from './template.errors.js';
import { partsOf, type TemplateId, templateName, versionName } from './template.names.js';
import { TemplateRepository } from './template.repository.js';
import { VersionRepository } from './version.repository.js';

/** A version that can be rendered. */
export interface Renderable {
  /** `organizations/{organization}/templates/{template}/versions/{version}`. */
  readonly name: string;
  /** Which of its languages; empty for the draft's own. */
  readonly language: string;
  readonly program: MergeProgram;
}

/** How many versions' languages are kept. */
const KEPT_MAX = 10_000;

/** Renders what was published. */
@Injectable()
export class RenderService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly versions: VersionRepository,
    private readonly programs: ProgramCache,
  ) {}

  /** The languages of versions, which never change. */
  private readonly languages = new Map<string, readonly string[]>();

  /** @throws what `renderable` and `merge` throw */
  async render({ name, data, strict, language }: RenderRequest): Promise<RenderResponse> {
    const { program, ...rendered } = await this.renderable(name, language);
    return { ...rendered, ...merge(program, data, { strict }) };
  }

  /**
   * What a name names: a version, or a template's latest one, in the reader's language or the nearest one that it has. A
   * version that was rendered lately is given without asking the database.
   * @throws TEMPLATE_NOT_FOUND, VERSION_NOT_FOUND, NOT_PUBLISHED, INVALID_FIELDS
   */
  async renderable(name: string, language = ''): Promise<Renderable> {
    const { id, version } = await this.versionOf(name);
    const rendered = versionName.format({ ...id, version: String(version) });
    const shown = language && (await this.nearest(rendered, id, version, canonicalLanguage(language)));
    const key = shown ? `${rendered} ${shown}` : rendered;
    const program = await this.programs.get(key, () => this.versions.compiled(id, version, shown));
    return { name: rendered, language: shown, program };
  }

  private async nearest(name: string, id: TemplateId, version: number, language: string): Promise<string> {
    let languages = this.languages.get(name);
    if (!languages) {
      languages = (await this.versions.languages(id, version)).languages;
      if (this.languages.size >= KEPT_MAX) this.languages.clear();
      this.languages.set(name, languages);
    }
    return fallbacksOf(language).find((one) => languages.includes(one)) ?? '';
  }

  private async versionOf(name: string): Promise<{ id: TemplateId; version: number }> {
    const parts = versionName.parse(name);
    if (parts) return { id: parts, version: Number(parts.version) };
    const id = partsOf(templateName, name, 'name');
    const version = await this.templates.publishedVersion(id);
    if (version === 0) throw notPublished(name);
    return { id, version };
  }
}

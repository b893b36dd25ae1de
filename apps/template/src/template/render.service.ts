import type { RenderRequest, RenderResponse } from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { merge } from '../rendering/merge.js';
import type { MergeProgram } from '../rendering/merge-program.js';
import { ProgramCache } from '../rendering/program-cache.js';
import { notPublished } from './template.errors.js';
import { partsOf, type TemplateId, templateName, versionName } from './template.names.js';
import { TemplateRepository } from './template.repository.js';
import { VersionRepository } from './version.repository.js';

/** A version that can be rendered. */
export interface Renderable {
  /** `organizations/{organization}/templates/{template}/versions/{version}`. */
  readonly name: string;
  readonly program: MergeProgram;
}

/** Renders what was published. */
@Injectable()
export class RenderService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly versions: VersionRepository,
    private readonly programs: ProgramCache,
  ) {}

  /** @throws what `renderable` and `merge` throw */
  async render({ name, data, strict }: RenderRequest): Promise<RenderResponse> {
    const { name: rendered, program } = await this.renderable(name);
    return { name: rendered, ...merge(program, data, { strict }) };
  }

  /**
   * What a name names: a version, or a template's latest one. A version that was rendered lately is given without asking
   * the database.
   * @throws TEMPLATE_NOT_FOUND, VERSION_NOT_FOUND, NOT_PUBLISHED
   */
  async renderable(name: string): Promise<Renderable> {
    const { id, version } = await this.versionOf(name);
    const rendered = versionName.format({ ...id, version: String(version) });
    const program = await this.programs.get(rendered, () => this.versions.compiled(id, version));
    return { name: rendered, program };
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

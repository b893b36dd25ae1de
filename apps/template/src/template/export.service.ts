import {
  ExportLanguage,
  type ExportTemplateRequest,
  type ExportTemplateResponse,
  type GetTemplateTypeRequest,
  type TemplateType,
} from '@kelp/contract-template';
import { Injectable } from '@nestjs/common';
import { dataShape, declarationOf, typeNameOf } from '../export/data-shape.js';
import { handlebars, jinja, liquid } from '../export/languages.js';
import { type Language, printText } from '../export/print.js';
import { RenderService } from './render.service.js';
import { partsOf, versionName } from './template.names.js';
import { TemplateRepository } from './template.repository.js';

/** Published versions for others than Kelp: in languages of email providers, and as types for callers. */
@Injectable()
export class ExportService {
  constructor(
    private readonly renders: RenderService,
    private readonly templates: TemplateRepository,
  ) {}

  /** @throws TEMPLATE_NOT_FOUND, VERSION_NOT_FOUND, NOT_PUBLISHED */
  async export({ name, exportLanguage, language }: ExportTemplateRequest): Promise<ExportTemplateResponse> {
    const { program, ...version } = await this.renders.renderable(name, language);
    const print = (part: 'subject' | 'preheader' | 'html' | 'text') =>
      printText(program, program[part], languageOf(exportLanguage));
    return {
      ...version,
      subject: print('subject'),
      preheader: print('preheader'),
      html: print('html'),
      text: print('text'),
      notes: [...languageOf(exportLanguage).notes],
    };
  }

  /** @throws TEMPLATE_NOT_FOUND, VERSION_NOT_FOUND, NOT_PUBLISHED */
  async type({ name }: GetTemplateTypeRequest): Promise<TemplateType> {
    const { program, name: version } = await this.renders.renderable(name);
    const { displayName } = await this.templates.get(partsOf(versionName, version, 'name'));
    const typeName = typeNameOf(displayName);
    return { name: version, typeName, typescript: declarationOf(typeName, dataShape(program)) };
  }
}

function languageOf(language: ExportLanguage): Language {
  switch (language) {
    case ExportLanguage.LIQUID:
      return liquid();
    case ExportLanguage.JINJA:
      return jinja;
    default:
      return handlebars;
  }
}

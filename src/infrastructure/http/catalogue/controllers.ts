import type { Type } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const catalogueControllers: readonly Type[] = [CatalogueController];

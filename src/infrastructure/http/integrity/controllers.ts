import type { Type } from '@nestjs/common';
import { CasesController } from './cases.controller.js';
import { ExaminationController } from './examination.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const integrityControllers: readonly Type[] = [CasesController, ExaminationController];

import type { ReactNode } from "react";

export declare const children: ReactNode;
export declare function Compose(): ReactNode;

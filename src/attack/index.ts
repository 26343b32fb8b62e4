/** ATT&CK as pure data. */
export * from "./id";

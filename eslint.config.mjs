import { defineConfig } from "eslint/config";
import obsidianmd from "eslint-plugin-obsidianmd";

const BRANDS = [
  "Purplebook", "Obsidian", "Dataview", "Sigma", "Kusto", "Markdown", "Sentinel", "Defender", "Microsoft", "Azure",
  "CloudTrail", "Google Cloud", "Navigator", "GitHub", "MITRE", "ATT&CK",
];
const ACRONYMS = ["KQL", "DQL", "AWS", "GCP", "CSV", "TSV", "JSON", "NDJSON", "YAML", "SPL", "ID", "UTC", "URL", "CLI", "MB"];

export default defineConfig([
  { ignores: ["node_modules", "dist", "build", "main.js", "demo", "docs", "scripts", "*.config.mjs", "*.config.ts", "test/**/*.mjs"] },
  ...obsidianmd.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.mjs"] } } },
  },
  {
    files: ["**/*.{ts,tsx,mts}"],
    rules: {
      "obsidianmd/ui/sentence-case": ["warn", { enforceCamelCaseLower: true, brands: BRANDS, acronyms: ACRONYMS }],
      "@typescript-eslint/no-explicit-any": "error",
      "no-console": "error",
    },
  },
  {
    // The users asked for js-yaml: version 5 gives the places of what it reads.
    files: ["package.json"],
    rules: { "depend/ban-dependencies": ["error", { presets: ["native", "microutilities", "preferred"], allowed: ["js-yaml"] }] },
  },
  {
    // The command line and the browser workbench are programs of their own: Node is theirs, and the workbench
    // stands in for the app, so it may do what the app does for a plugin.
    files: ["src/cli/**", "src/workbench/**", "test/**"],
    rules: {
      "obsidianmd/no-nodejs-modules": "off",
      "import/no-nodejs-modules": "off",
      "no-restricted-globals": "off",
      "@typescript-eslint/no-restricted-imports": "off",
      "obsidianmd/prefer-create-el": "off",
      "obsidianmd/prefer-window-timers": "off",
      "obsidianmd/no-global-this": "off",
      "obsidianmd/prefer-instanceof": "off",
      "obsidianmd/no-forbidden-elements": "off",
      "obsidianmd/no-static-styles-assignment": "off",
      "obsidianmd/hardcoded-config-path": "off",
      "obsidianmd/platform": "off",
      "obsidianmd/no-unsupported-api": "off",
      "obsidianmd/ui/sentence-case": "off",
      "import/no-extraneous-dependencies": "off",
      "no-undef": "off",
      "obsidianmd/rule-custom-message": "off",
      "no-console": "off",
    },
  },
  {
    // Standing in for the app means to have what it has, deprecated parts too.
    files: ["src/workbench/**"],
    rules: { "@typescript-eslint/no-deprecated": "off", "obsidianmd/prefer-file-manager-trash-file": "off", "@typescript-eslint/no-this-alias": "off" },
  },
  {
    // Tests write down what must not be written elsewhere, to see it refused.
    files: ["test/**"],
    rules: {
      "obsidianmd/regex-lookbehind": "off",
      "no-loss-of-precision": "off",
      "@typescript-eslint/no-loss-of-precision": "off",
      "no-unsanitized/method": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
]);

{{- define "rollouts.name" -}}
{{- default "argo-rollouts" .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "rollouts.fullname" -}}
{{- $name := include "rollouts.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "rollouts.serviceAccount" -}}
{{- default (ternary (include "rollouts.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Labels of every object; the list is (context, name, component). */}}
{{- define "rollouts.labels" -}}
{{- $root := index . 0 -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 2 }}
app.kubernetes.io/part-of: argo-rollouts
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end -}}

{{- define "rollouts.controllerLabels" -}}
{{- include "rollouts.labels" (list . (include "rollouts.name" .) .Values.controller.component) -}}
{{- end -}}

{{- define "rollouts.selector" -}}
app.kubernetes.io/name: {{ include "rollouts.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Values.controller.component }}
{{- end -}}

{{/* A map as YAML, without a line when it is empty; the list is (maps...), later ones win. */}}
{{- define "rollouts.map" -}}
{{- $all := dict -}}
{{- range . }}{{ $all = mustMergeOverwrite $all (deepCopy (default dict .)) }}{{ end -}}
{{- if $all }}{{ toYaml $all }}{{ end -}}
{{- end -}}

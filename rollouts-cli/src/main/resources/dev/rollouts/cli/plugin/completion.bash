# bash completion for kubectl-argo-rollouts: source <(kubectl-argo-rollouts completion bash)
__kubectl_argo_rollouts_complete() {
  local word="${COMP_WORDS[COMP_CWORD]}" answer directive line
  answer=$(kubectl-argo-rollouts __complete "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$word" 2>/dev/null)
  directive=${answer##*:}
  COMPREPLY=()
  [ "$directive" = 1 ] && return
  while IFS= read -r line; do
    case $line in
      :*) ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done <<<"$answer"
  if [ "$directive" = 0 ]; then
    compopt -o default
  fi
}
complete -F __kubectl_argo_rollouts_complete kubectl-argo-rollouts

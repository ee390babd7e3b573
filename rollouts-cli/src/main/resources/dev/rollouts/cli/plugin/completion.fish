# fish completion for kubectl-argo-rollouts: kubectl-argo-rollouts completion fish | source
function __kubectl_argo_rollouts_complete
    set -l words (commandline -opc) (commandline -ct)
    kubectl-argo-rollouts __complete $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-argo-rollouts -f -a '(__kubectl_argo_rollouts_complete)'

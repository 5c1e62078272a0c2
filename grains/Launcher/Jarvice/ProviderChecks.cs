using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>
/// Asks the provider what can be asked without starting anything: whether it takes the key, has the machines, and takes our calls as we
/// send them.
/// </summary>
internal sealed class ProviderChecks(LauncherPolicy policy, IServiceProvider services)
{
    private static readonly CancellationToken NoCancellation = CancellationToken.None;

    private readonly ApiKeyStore _vault = services.GetRequiredService<ApiKeyStore>();
    private readonly JarviceProvider _provider = services.GetRequiredService<JarviceProvider>();

    /// <summary>All of it, one after the other; after a key that is not taken there is nothing to ask.</summary>
    public async IAsyncEnumerable<CheckResult> RunAsync()
    {
        var (key, machines) = await CheckKeyAsync();
        yield return key;
        if (machines is not null)
        {
            yield return CheckMachine(machines);
            yield return CheckPrice(machines);
            yield return await CheckListsAsync();
            yield return await CheckTextAsync();
            yield return await CheckEchoAsync();
        }
    }

    private async Task<(CheckResult Finding, IReadOnlyList<MachineType>? Machines)> CheckKeyAsync()
    {
        try
        {
            await _vault.StartAsync(NoCancellation);
            var machines = await _provider.MachinesAsync(NoCancellation);
            return (CheckResult.Ok("key", $"taken by the provider, generation {_vault.KeyVersion}"), machines);
        }
        catch (UnusableSecretException ex)
        {
            return (CheckResult.Fail("key", ex.Message), null);
        }
        catch (ProviderException ex)
        {
            return (CheckResult.Fail("key", $"{ex.Message}: {RemedyOf(ex, "machines")}"), null);
        }
    }

    private CheckResult CheckMachine(IReadOnlyList<MachineType> machines)
    {
        var wanted = policy.Profile.MachineType;
        return machines.FirstOrDefault(machine => machine.Name == wanted) is not { } found
                ? CheckResult.Fail("machine", $"the provider has no {wanted}: instance_type must be one of {string.Join(", ", machines.Select(machine => machine.Name).Order().Take(20))}")
            : found.MaxConcurrent < policy.Profile.Caps.Account
                ? CheckResult.Warn("machine", $"{wanted}, of which the account may have {found.MaxConcurrent} at once: more of them wait, and caps.account lets {policy.Profile.Caps.Account} do so")
            : CheckResult.Ok("machine", wanted);
    }

    // What a price is for is not documented: a person has to hold it against the bill.
    private CheckResult CheckPrice(IReadOnlyList<MachineType> machines)
    {
        var ceiling = policy.Profile.PricePerHour;
        return machines.FirstOrDefault(machine => machine.Name == policy.Profile.MachineType)?.PricePerHour is not { } price
                ? CheckResult.Warn("price", $"the provider names none; budgets count with price_ceiling, {ceiling:0.##} an hour")
            : price > ceiling
                ? CheckResult.Warn("price", $"the provider says {price:0.####}, taken for an hour of one machine, and price_ceiling is {ceiling:0.##}: budgets would count too little")
            : CheckResult.Ok("price", $"the provider says {price:0.####}, taken for an hour of one machine; price_ceiling is {ceiling:0.##}");
    }

    private async Task<CheckResult> CheckListsAsync()
    {
        try
        {
            var jobs = await _provider.JobsAsync(ended: false, NoCancellation);
            var launched = jobs.Count(job => job.HasLabelPrefix(LaunchStateMachine.LabelPrefix));
            return CheckResult.Ok("jobs", $"{jobs.Count} live, {launched} of them launched by this launcher or another of its kind");
        }
        catch (ProviderException ex)
        {
            return CheckResult.Fail("jobs", $"{ex.Message}: {RemedyOf(ex, "jobs")}");
        }
    }

    private async Task<CheckResult> CheckTextAsync()
    {
        try
        {
            if ((await _provider.JobsAsync(ended: true, NoCancellation)).MaxBy(job => job.Number) is not { } job)
            {
                return CheckResult.Warn("output", "no job has ended yet whose text could be asked for: look again after the first one");
            }

            await _provider.OutputAsync(job.Number, NoCancellation);
            return CheckResult.Ok("output", $"the text of job {job.Number} can be read");
        }
        catch (ProviderException ex)
        {
            return CheckResult.Warn("output", $"{ex.Message}: {RemedyOf(ex, "output")}");
        }
    }

    private async Task<CheckResult> CheckEchoAsync()
    {
        try
        {
            return await _provider.EchoesKeyAsync(NoCancellation)
                ? CheckResult.Warn("echo", "lists of jobs repeat the key that they were started with: whoever may list jobs of this account has it")
                : CheckResult.Ok("echo", "lists of jobs do not repeat the key");
        }
        catch (ProviderException ex)
        {
            return CheckResult.Warn("echo", ex.Message);
        }
    }

    private static string RemedyOf(ProviderException ex, string call) => ex.Kind switch
    {
        ProviderErrorKind.Unauthorized => "the user or the key is not the account's",
        ProviderErrorKind.Unreachable => "check base_url, the network and the certificate's authority (ca_file)",
        ProviderErrorKind.Busy or ProviderErrorKind.Failed => "try again later",
        _ => $"the server may take this call by GET only: jarvice.get_calls: [{call}]",
    };
}

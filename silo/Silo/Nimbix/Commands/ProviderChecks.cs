using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Jarvice;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Nimbix.Local;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Commands;

/// <summary>
/// Asks the provider what can be asked without starting anything: whether it takes the key, has the machines, and takes our calls as we
/// send them.
/// </summary>
internal sealed class ProviderChecks(LauncherPolicy policy, IServiceProvider services)
{
    private static readonly CancellationToken Always = CancellationToken.None;

    private readonly KeyVault _vault = services.GetRequiredService<KeyVault>();
    private readonly JarviceProvider _provider = services.GetRequiredService<JarviceProvider>();

    /// <summary>Whether scripts can be run on this machine.</summary>
    public static async Task<Finding> ExecutorAsync(LauncherPolicy policy, IServiceProvider services)
    {
        const string risk = "process: what a script does, it does as the silo's user; say executor: docker for code of others";
        return await LocalSetup.ProblemAsync(policy.Executor, services, Always) is { } problem ? Finding.Fail("executor", problem)
            : policy.Executor == LaunchExecutor.Docker ? Finding.Ok("executor", "docker")
            : Finding.Warn("executor", risk);
    }

    /// <summary>All of it, one after the other; after a key that is not taken there is nothing to ask.</summary>
    public async IAsyncEnumerable<Finding> AskAsync()
    {
        var (key, machines) = await KeyAsync();
        yield return key;
        if (machines is not null)
        {
            yield return Machine(machines);
            yield return Price(machines);
            yield return await ListsAsync();
            yield return await TextAsync();
            yield return await EchoAsync();
        }
    }

    private async Task<(Finding Finding, IReadOnlyList<MachineType>? Machines)> KeyAsync()
    {
        try
        {
            await _vault.StartAsync(Always);
            var machines = await _provider.MachinesAsync(Always);
            return (Finding.Ok("key", $"taken by the provider, generation {_vault.Generation}"), machines);
        }
        catch (SecretRefusedException ex)
        {
            return (Finding.Fail("key", ex.Message), null);
        }
        catch (ProviderException ex)
        {
            return (Finding.Fail("key", $"{ex.Message}: {RemedyOf(ex, "machines")}"), null);
        }
    }

    private Finding Machine(IReadOnlyList<MachineType> machines)
    {
        var wanted = policy.Terms.MachineType;
        return machines.FirstOrDefault(machine => machine.Name == wanted) is not { } found
                ? Finding.Fail("machine", $"the provider has no {wanted}: instance_type must be one of {string.Join(", ", machines.Select(machine => machine.Name).Order().Take(20))}")
            : found.MostAtOnce < policy.Terms.Caps.Account
                ? Finding.Warn("machine", $"{wanted}, of which the account may have {found.MostAtOnce} at once: more of them wait, and caps.account lets {policy.Terms.Caps.Account} do so")
            : Finding.Ok("machine", wanted);
    }

    // What a price is for is not documented: a person has to hold it against the bill.
    private Finding Price(IReadOnlyList<MachineType> machines)
    {
        var ceiling = policy.Terms.PricePerHour;
        return machines.FirstOrDefault(machine => machine.Name == policy.Terms.MachineType)?.PricePerHour is not { } price
                ? Finding.Warn("price", $"the provider names none; budgets count with price_ceiling, {ceiling:0.##} an hour")
            : price > ceiling
                ? Finding.Warn("price", $"the provider says {price:0.####}, taken for an hour of one machine, and price_ceiling is {ceiling:0.##}: budgets would count too little")
            : Finding.Ok("price", $"the provider says {price:0.####}, taken for an hour of one machine; price_ceiling is {ceiling:0.##}");
    }

    private async Task<Finding> ListsAsync()
    {
        try
        {
            var jobs = await _provider.JobsAsync(ended: false, Always);
            var launched = jobs.Count(job => job.HasLabelOf(LaunchMachine.LabelPrefix));
            return Finding.Ok("jobs", $"{jobs.Count} live, {launched} of them launched by this launcher or another of its kind");
        }
        catch (ProviderException ex)
        {
            return Finding.Fail("jobs", $"{ex.Message}: {RemedyOf(ex, "jobs")}");
        }
    }

    private async Task<Finding> TextAsync()
    {
        try
        {
            if ((await _provider.JobsAsync(ended: true, Always)).MaxBy(job => job.Number) is not { } job)
            {
                return Finding.Warn("output", "no job has ended yet whose text could be asked for: look again after the first one");
            }

            await _provider.OutputAsync(job.Number, Always);
            return Finding.Ok("output", $"the text of job {job.Number} can be read");
        }
        catch (ProviderException ex)
        {
            return Finding.Warn("output", $"{ex.Message}: {RemedyOf(ex, "output")}");
        }
    }

    private async Task<Finding> EchoAsync()
    {
        try
        {
            return await _provider.EchoesKeyAsync(Always)
                ? Finding.Warn("echo", "lists of jobs repeat the key that they were started with: whoever may list jobs of this account has it")
                : Finding.Ok("echo", "lists of jobs do not repeat the key");
        }
        catch (ProviderException ex)
        {
            return Finding.Warn("echo", ex.Message);
        }
    }

    private static string RemedyOf(ProviderException trouble, string call) => trouble.Trouble switch
    {
        ProviderTrouble.Unauthorized => "the user or the key is not the account's",
        ProviderTrouble.Unreachable => "check base_url, the network and the certificate's authority (ca_file)",
        ProviderTrouble.Busy or ProviderTrouble.Failed => "try again later",
        _ => $"the server may take this call by GET only: jarvice.get_calls: [{call}]",
    };
}
